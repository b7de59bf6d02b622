/* pipeline.h -- applies one snapshot: from its pages to its diff and its export.
 *
 * The only place that knows all rooms in their order; docs/architecture.md describes the steps.  It
 * reads no clock: the present is the snapshot's own time.
 */
#ifndef ACCOUNT_PIPELINE_H
#define ACCOUNT_PIPELINE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "account/terms.h"
#include "account/terms_history.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "delta/read_snapshot.h"
#include "lib/sha256.h"
#include "state/state.h"

/* How snapshots are applied; the same for all of a run. */
struct pipeline {
	const char *account; /* snapshots/ are read here */
	const char *output;  /* diffs/ and exports/ are written here */
	size_t jobs;
	enum file_keep keep;           /* of diffs and exports */
	struct str accept;             /* the snapshot whose mass change is accepted, or empty */
	struct terms_history *history; /* terms/ is kept up to date; NULL: it is not written */
	bool is_dry;        /* nothing is committed: the state's transaction holds it; nor does
	                     * the breaker stop it */
	enum read_way way;  /* for tests */
	const char *expect; /* the only plan that may be committed, or NULL */
	atomic_size_t *pages_done; /* counted up as pages are read; may be NULL */
};

/* What came of one snapshot. */
struct outcome {
	struct applied applied;              /* without its digests */
	bool was_replaced;                   /* an export with other content was there */
	bool has_news;                       /* something is at fault that was not so before */
	uint64_t contacts, opt_outs, events; /* rows written */
	struct err breaker;                  /* why it would have stopped, or ERR_NONE */
	struct sha256 plan;                  /* stands for every byte of diff, export and terms */
};

/*
 * pipeline_apply(p, s, id, terms, out, e):
 * Apply a snapshot on top of ${s}, whose transaction is open; it is committed and the next one
 * begun.
 * Errors: ERR_DAMAGED, ERR_BREAKER; ERR_DIFFERS if another plan is expected.  Nothing was written;
 *         the transaction must be given up.
 */
int pipeline_apply(const struct pipeline *p, struct state *s, struct str id,
    const struct terms *terms, struct outcome *out, struct err *e) ERR_MUST;

#endif /* ACCOUNT_PIPELINE_H */
