/* membership_history.h -- what held of a customer before: memberships that ended, reasons to leave
 * them out.
 *
 * As in history.h a row is written when something ends, never when it begins.
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
	uint32_t until; /* the snapshot it was left with */
	uint32_t left;  /* cause */
};

/* The standing until a snapshot that changed it. */
struct past_status {
	uint32_t until;
	enum skipped_reason reason;
	struct str detail;
};

/* membership_history_put, membership_history_put_status: ended with p->until. */
int membership_history_put(
    struct state *s, struct str customer, const struct past_membership *p, struct err *e) ERR_MUST;
int membership_history_put_status(
    struct state *s, struct str customer, const struct past_status *p, struct err *e) ERR_MUST;

/* All of a customer's, in the order in which they ended. */
struct membership_history {
	struct past_membership *stays;
	size_t stays_n;
	struct past_status *standings;
	size_t standings_n;
};
int membership_history_read(struct arena *a, struct state *s, struct str customer,
    struct membership_history *out, struct err *e) ERR_MUST;

#endif /* STATE_MEMBERSHIP_HISTORY_H */
