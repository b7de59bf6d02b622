/* catch_up.h -- applies snapshots one after another, each with the rules and settings of its time.
 *
 * What process, replay and verify --rebuild have in common; they differ in where results go.
 */
#ifndef ACCOUNT_CATCH_UP_H
#define ACCOUNT_CATCH_UP_H

#include <stdbool.h>

#include "account/pipeline.h"
#include "account/terms.h"
#include "account/terms_history.h"
#include "base/err.h"
#include "base/str.h"
#include "state/state.h"

struct catch_up {
	struct pipeline pipeline;
	struct state *s;  /* open, borrowed */
	struct str until; /* the last snapshot known as applied, or empty; borrowed */
	const struct segment_set *rules; /* in place of those of each time, or NULL; borrowed */
	bool is_replay;                  /* terms/ is only read */
	/* set by catch_up_begin and catch_up_apply */
	struct terms present; /* the account's own */
	bool has_list;        /* the suppression list is among them */
	struct terms_history history;
	bool lacks_terms; /* snapshots were applied, but there is no terms/: the present ones stand
	                   * for those of their time */
};

/*
 * catch_up_restore(account, s, e):
 * Before anything is applied on top of ${s}, whose transaction is open: where history was pruned,
 * an empty state is filled from the base at which it begins, and one that is older is refused.
 * Errors: ERR_DAMAGED: the base is; ERR_DIFFERS: the state does not follow it.
 */
int catch_up_restore(const char *account, struct state *s, struct err *e) ERR_MUST;

/* catch_up_begin(c, e): load the account's own terms and see which there were.  Unless it is a
 * replay or a dry run, a terms/ that is missing is made.  Release ${c} in any case. */
int catch_up_begin(struct catch_up *c, struct err *e) ERR_MUST;

/*
 * catch_up_apply(c, id, out, e):
 * The next snapshot: one that was applied before with the terms of its time, else with the
 * account's own.
 * Errors: as pipeline_apply, with advice.
 */
int catch_up_apply(struct catch_up *c, struct str id, struct outcome *out, struct err *e) ERR_MUST;

void catch_up_release(struct catch_up *c);

#endif /* ACCOUNT_CATCH_UP_H */
