/* membership_history.h -- what held of a customer before: memberships that ended, reasons to leave them out, and
 * the terms (rules and settings) that were in force.
 *
 * As in history.h a row is written when something ends, never when it begins.
 */
#ifndef LEDGER_MEMBERSHIP_HISTORY_H
#define LEDGER_MEMBERSHIP_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "ledger/rows.h"
#include "ledger/state.h"

struct arena;

/* A membership that ended; causes as struct membership has them. */
struct stay {
	struct membership was;
	uint32_t until; /* the snapshot it was left with */
	uint32_t left;  /* cause */
};

/* The standing until a snapshot that changed it. */
struct past_standing {
	uint32_t until;
	enum standing_reason reason;
	struct str detail;
};

/* membership_history_put, membership_history_put_standing: ended with p->until. */
int membership_history_put(struct state *s, struct str customer,
    const struct stay *p, struct err *e) ERR_MUST;
int membership_history_put_standing(struct state *s, struct str customer,
    const struct past_standing *p, struct err *e) ERR_MUST;

/* All of a customer's, in the order in which they ended. */
struct past {
	struct stay *stays;
	size_t stays_n;
	struct past_standing *standings;
	size_t standings_n;
};
int membership_history_read(struct arena *a, struct state *s,
    struct str customer, struct past *out, struct err *e) ERR_MUST;

/* The rules and the settings of an export, as their files hold them. */
struct terms {
	uint32_t since; /* number of the first snapshot with them */
	struct str rules, settings;
};

/* terms_follow(s, rules, settings, e): those of the snapshot in hand; a row is written if they are
 * not those of the snapshot before. */
int terms_follow(struct state *s, struct str rules, struct str settings,
    struct err *e) ERR_MUST;

/* terms_list(a, s, list, n, e): all there were, oldest first; the first is since snapshot 1. */
int terms_list(struct arena *a, struct state *s, struct terms **list,
    size_t *n, struct err *e) ERR_MUST;

/* terms_at(list, n, number): those in force with a snapshot. */
const struct terms *terms_at(const struct terms *list, size_t n,
    uint32_t number);

#endif /* LEDGER_MEMBERSHIP_HISTORY_H */
