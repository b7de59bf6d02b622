/* redact_order.h -- what of an order names nobody. */
#ifndef ERASE_REDACT_ORDER_H
#define ERASE_REDACT_ORDER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "json/read.h"

/* redact_order(a, j, out): the order that was read, as a guest sale: the members of a fixed list,
 * each with its bytes as they were.  Where a list or an object has to be and is none, 0 stands for
 * it, so that an order that is quarantined stays so. */
void redact_order(struct arena *a, const struct json *j, struct buf *out);

/* redact_order_member(a, path, text, out): a value, as it may stay at this place of an order of
 * theirs, a JSON Pointer.  Returns: false if nothing may stay there. */
bool redact_order_member(struct arena *a, struct str path, struct str text, struct buf *out);

#endif /* ERASE_REDACT_ORDER_H */
