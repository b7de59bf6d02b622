/* membership_history.h -- the segments a customer left.
 *
 * As in versions.h, a row is written when something ends, never when it begins.
 */
#ifndef STATE_MEMBERSHIP_HISTORY_H
#define STATE_MEMBERSHIP_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "state/rows.h"
#include "state/state.h"

struct arena;

/* A membership that ended; causes as struct membership has them. */
struct past_membership {
	struct membership was;
	uint32_t until; /* number of the snapshot it was left with */
	uint32_t left;  /* cause of leaving */
};

/* membership_history_put: it ended with p->until. */
int membership_history_put(
    struct state *s, struct str customer, const struct past_membership *p, struct err *e) ERR_MUST;

/* membership_history_read(a, s, customer, list, n, e): all of a customer's, in the order in which
 * they ended. */
int membership_history_read(struct arena *a, struct state *s, struct str customer,
    struct past_membership **list, size_t *n, struct err *e) ERR_MUST;

/* membership_history_slugs(a, s, from, list, n, e): the segments that anybody left with a later
 * snapshot than that of the number, each once, as words. */
int membership_history_slugs(struct arena *a, struct state *s, uint32_t from, uint32_t **list,
    size_t *n, struct err *e) ERR_MUST;

#endif /* STATE_MEMBERSHIP_HISTORY_H */
