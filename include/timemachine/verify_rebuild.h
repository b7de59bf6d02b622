/* verify_rebuild.h -- makes the state again from the snapshots and compares it with the account's.
 */
#ifndef TIMEMACHINE_VERIFY_REBUILD_H
#define TIMEMACHINE_VERIFY_REBUILD_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/err.h"
#include "base/host.h"
#include "timemachine/finding.h"
#include "timemachine/verify_state.h"

struct verify_rebuild {
	const char *account; /* its lock is held */
	size_t jobs;
	const struct verify_state *state; /* read thoroughly: the snapshots to apply */
	const struct host *host;          /* for progress */
	atomic_size_t *pages_done;        /* counted up as pages are read; may be NULL */
};

/*
 * verify_rebuild(r, f, e):
 * Apply the snapshots in a hidden directory of the account, which is removed again.  Diffs and
 * exports are only hashed; the digests are in the state's rows.  A table that differs is a finding.
 */
int verify_rebuild(const struct verify_rebuild *r, struct findings *f, struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_VERIFY_REBUILD_H */
