/* catch_up.h -- snapshots applied one after another, each with the rules and settings of its time.
 *
 * What process, replay and verify have in common; they differ in where the results go.
 */
#ifndef ACCOUNT_CATCH_UP_H
#define ACCOUNT_CATCH_UP_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "command/command.h"
#include "account/pipeline.h"
#include "account/terms.h"
#include "state/state.h"

struct catch_up {
	struct pipeline pipeline;
	struct state *s; /* open, borrowed */
	struct terms present;
	struct terms last; /* of the latest snapshot before that has a record */
	bool has_last;
	struct str last_export;          /* the greatest id in exports/; borrowed */
	const struct segment_set *rules; /* instead of everybody's own, or NULL; borrowed */
};

/* catch_up_begin(q, e): the account's present policy; the rest of ${q} is set already. Release it
 * in any case. */
int catch_up_begin(struct catch_up *q, struct err *e) ERR_MUST;

/*
 * catch_up_apply(q, id, out, e):
 * The next snapshot, with the policy its export recorded; one that has none, in the midst of ones
 * that have, with that of the snapshot before; else the present one. Errors: as pipeline_apply, a
 * refusal with what to do about it.
 */
int catch_up_apply(struct catch_up *q, struct str id, struct outcome *out, struct err *e) ERR_MUST;

/* print_outcome(o, x): what one snapshot came to, as messages. */
void print_outcome(const struct options *o, const struct outcome *x);

void catch_up_release(struct catch_up *q);

#endif /* ACCOUNT_CATCH_UP_H */
