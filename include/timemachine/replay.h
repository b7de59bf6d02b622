/* replay.h -- applies history again, from the first snapshot on, into another directory.
 *
 * The same pipeline with fresh state and the terms of each time, or with other rules; the account
 * is only read.
 */
#ifndef TIMEMACHINE_REPLAY_H
#define TIMEMACHINE_REPLAY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "base/str.h"

struct replay {
	const char *account;
	size_t jobs;
	const char *out;           /* where diffs, exports and state go */
	const char *from, *until;  /* keep diffs and exports of these snapshots alone, or NULL */
	const char *segments;      /* a file of rules in place of those of each time, or NULL */
	bool check;                /* compare with the account's own diffs and exports */
	const struct host *host;   /* for notes and progress */
	atomic_size_t *pages_done; /* counted up as pages are read; may be NULL */
	/* set by replay() */
	size_t applied;   /* snapshots */
	struct str *kept; /* those whose diffs and exports are in ${out} */
	size_t kept_n;
	struct arena arena;
};

/*
 * replay(r, e):
 * Release ${r} in any case.
 * Errors: ERR_USAGE: no such snapshot, a directory that cannot be used; ERR_DIFFERS with ->check:
 *         the first difference; ERR_BUSY; as catch_up_apply.
 */
int replay(struct replay *r, struct err *e) ERR_MUST;
void replay_release(struct replay *r);

#endif /* TIMEMACHINE_REPLAY_H */
