/* buyers.h -- those whom orders name as their customer, each with a number.
 *
 * Orders and sales name them by it: it is a tenth of an id, and there is one in every row.  Numbers
 * are given out snapshot after snapshot, the new buyers of one in the order of their ids, so that a
 * rebuild gives the same ones. 0 is nobody: a guest's order.  A buyer need not be a known customer,
 * need not have an order (one that was superseded in its own snapshot can have named them), and
 * stays when their orders are gone.
 */
#ifndef STATE_BUYERS_H
#define STATE_BUYERS_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "state/state.h"

/* buyers_find(s, id, number, e): *number is 0 if no order has named them. */
int buyers_find(struct state *s, struct str id, uint32_t *number, struct err *e) ERR_MUST;

/* buyers_put(s, id, number, e): the number, given out if they are new; those of the first snapshot
 * come in the order of their ids. */
int buyers_put(struct state *s, struct str id, uint32_t *number, struct err *e) ERR_MUST;

/* buyers_id(s, number, id, e): the view is valid until the next write; of 0 it is "". */
int buyers_id(struct state *s, uint32_t number, struct str *id, struct err *e) ERR_MUST;

#endif /* STATE_BUYERS_H */
