/* push_entered.h -- who is to be added to static segments. */
#ifndef PUSH_PUSH_ENTERED_H
#define PUSH_PUSH_ENTERED_H

#include "push/push_items.h"
#include "push/wanted.h"

/* push_entered(x, w, items, n, e): a customer of whom DailyStory has a contact: counted in ${n}, by
 * the segments of ${x}, for each that they are a member of and were not added to. */
int push_entered(const struct wanted_source *x, const struct wanted *w, struct push_items *items,
    uint64_t *n, struct err *e) ERR_MUST;

#endif /* PUSH_PUSH_ENTERED_H */
