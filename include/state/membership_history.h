/* membership_history.h -- what was true of a customer before: segments they left, and why they were
 * or were not a contact.
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

/* A contact status that ended. */
struct past_status {
	uint32_t until; /* number of the snapshot that changed it */
	enum skipped_reason reason;
	struct str detail;
};

/* membership_history_put, membership_history_put_status: it ended with p->until. */
int membership_history_put(
    struct state *s, struct str customer, const struct past_membership *p, struct err *e) ERR_MUST;
int membership_history_put_status(
    struct state *s, struct str customer, const struct past_status *p, struct err *e) ERR_MUST;

/* All of a customer's, in the order in which they ended. */
struct membership_history {
	struct past_membership *memberships;
	size_t memberships_n;
	struct past_status *statuses;
	size_t statuses_n;
};
int membership_history_read(struct arena *a, struct state *s, struct str customer,
    struct membership_history *out, struct err *e) ERR_MUST;

#endif /* STATE_MEMBERSHIP_HISTORY_H */
