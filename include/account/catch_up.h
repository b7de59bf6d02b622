/* catch_up.h -- applies snapshots one after another, each with the rules and settings of its time.
 *
 * What process, replay and verify --rebuild have in common; they differ in where results go.
 */
#ifndef ACCOUNT_CATCH_UP_H
#define ACCOUNT_CATCH_UP_H

#include <stdbool.h>

#include "account/pipeline.h"
#include "account/terms.h"
#include "base/err.h"
#include "base/str.h"
#include "state/state.h"

struct catch_up {
	struct pipeline pipeline;
	struct state *s;                 /* open, borrowed */
	struct str last_export;          /* the greatest id in exports/; borrowed */
	const struct segment_set *rules; /* in place of those of each time, or NULL; borrowed */
	/* set by catch_up_begin and catch_up_apply */
	struct terms present;  /* the account's own */
	struct terms recorded; /* by the last export before that recorded any */
	bool has_recorded;
};

/* catch_up_begin(c, e): load the account's own terms. Release ${c} in any case. */
int catch_up_begin(struct catch_up *c, struct err *e) ERR_MUST;

/*
 * catch_up_apply(c, id, out, e):
 * The next snapshot, with the terms its export recorded.  One without a record gets those of the
 * snapshot before if later ones have a record, else the account's own.
 * Errors: as pipeline_apply, with advice.
 */
int catch_up_apply(struct catch_up *c, struct str id, struct outcome *out, struct err *e) ERR_MUST;

void catch_up_release(struct catch_up *c);

#endif /* ACCOUNT_CATCH_UP_H */
