/* pipeline.h -- one snapshot from its pages to its export: the main job.
 *
 * The only place that knows all rooms in their order.  It reads no clock: as of is the snapshot's
 * own time.
 */
#ifndef ACCOUNT_PIPELINE_H
#define ACCOUNT_PIPELINE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "account/terms.h"
#include "delta/read_snapshot.h"
#include "state/state.h"
#include "lib/sha256.h"

struct pipeline {
	const char *account; /* snapshots/ are read here */
	const char *output;  /* diffs/ and exports/ are written here */
	size_t jobs;
	enum file_keep keep; /* of diffs and exports */
	bool accept_mass_change;
	bool is_dry; /* nothing is committed: the state's transaction holds what would be */
	enum read_way way;
	const char *expect;        /* the only plan that may be committed, or NULL */
	atomic_size_t *pages_done; /* counted up as pages are read; may be NULL */
};

/* What one snapshot came to. */
struct outcome {
	struct applied applied;              /* texts are not set */
	bool was_replaced;                   /* an export that differed was there */
	uint64_t contacts, opt_outs, events; /* rows written */
	struct err breaker; /* what it would have said; ERR_NONE if it is content */
	struct sha256 plan; /* stands for every byte of diff and export */
};

/*
 * pipeline_apply(p, s, id, policy, out, e):
 * Apply the snapshot on top of the state, whose transaction is open; on success it is committed and
 * the next one begun.  The diff and the export appear first: a crash in between leaves them to be
 * made again, to the same bytes. Errors: ERR_DAMAGED, ERR_BREAKER; ERR_DIFFERS if another plan is
 * expected: nothing was written. The transaction must be given up.
 */
int pipeline_apply(const struct pipeline *p, struct state *s, struct str id,
    const struct terms *policy, struct outcome *out, struct err *e) ERR_MUST;

#endif /* ACCOUNT_PIPELINE_H */
