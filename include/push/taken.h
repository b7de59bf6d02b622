/* taken.h -- an address that a customer is to have, and that another customer's contact has, by
 * the books.
 *
 * DailyStory refuses it as long as that is so, or takes it from the other contact.
 */
#ifndef PUSH_TAKEN_H
#define PUSH_TAKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/acked.h"
#include "push/wanted_fields.h"
#include "push/wanted_source.h"

/* taken_holder(x, a, fh_id, f, holder, e): 1 if another customer's contact has what that field is
 * to be; 0, also of a field that is no address or has that already; -1. */
int taken_holder(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct wanted_field *f, struct str *holder, struct err *e) ERR_MUST;

/* taken_mark(x, a, fh_id, fields, n, e): says of each of these fields whether that is so
 * (is_taken).  Returns: 1 if it is of one of them, 0, -1. */
int taken_mark(const struct wanted_source *x, struct arena *a, struct str fh_id,
    struct wanted_field *fields, size_t n, struct err *e) ERR_MUST;

/* taken_is_to_find(acked): the contact was imported by hand and is known by nothing but its
 * addresses: once another has them nothing finds it. */
bool taken_is_to_find(const struct acked *acked);

#endif /* PUSH_TAKEN_H */
