/* check_orders.h -- places in which an id is that of an order, which names nobody, though somebody
 * who is erased was called so, too.
 */
#ifndef ERASE_CHECK_ORDERS_H
#define ERASE_CHECK_ORDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define CHECK_ORDERS_FRONT ((size_t)64) /* so many bytes in front of an id tell it at most */

/* check_orders_line(text, at): in a file of lines that are derived from records, or fold them: a
 * diff, what was dropped or put aside in an export, the memory and the origins of a base. */
bool check_orders_line(struct str text, size_t at);

/* check_orders_row(table, is_key, text): in the state. */
bool check_orders_row(const char *table, bool is_key, struct str text);

#endif /* ERASE_CHECK_ORDERS_H */
