/* state_statuses.h -- how many orders there are of each status, and their money.
 *
 * Counted are all orders known, guests' too, under the status that fh_last_orderstatus would say:
 * "voided" of one that is voided, "" of one without a status.  An order without a total counts 0.
 * Sums are kept in step with every order; a status without an order has no row.
 */
#ifndef STATE_STATE_STATUSES_H
#define STATE_STATE_STATUSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "state/state.h"

struct arena;

/* -- Listing -- */

struct status_total {
	struct str status;
	uint64_t orders;
	int64_t cents;
};

/* state_statuses_list(a, s, list, n, e): all there are, by the bytes of the status; in ${a}. */
int state_statuses_list(struct arena *a, struct state *s, struct status_total **list, size_t *n,
    struct err *e) ERR_MUST;

/* -- Counting -- */

/* What the orders of one status gain; money in cents. */
struct status_change {
	int64_t orders, cents;
};

/* What a snapshot changes; zero-initialisable. */
struct state_statuses {
	struct status_change *by_word; /* by the status's number */
	size_t cap;
	struct status_change voided;
	bool is_too_large;
};

/* state_statuses_note(c, status, is_voided, cents, sign): an order comes (1) or goes (-1); its
 * status as a word, its total. */
void state_statuses_note(
    struct state_statuses *c, uint32_t status, bool is_voided, int64_t cents, int sign);

/* state_statuses_write(c, s, e): into the state.
 * Errors: ERR_FAILED: a sum is too large. */
int state_statuses_write(const struct state_statuses *c, struct state *s, struct err *e) ERR_MUST;
void state_statuses_release(struct state_statuses *c);

#endif /* STATE_STATE_STATUSES_H */
