/* verify_state.h -- what the account's state says of the snapshots that were applied. */
#ifndef TIMEMACHINE_VERIFY_STATE_H
#define TIMEMACHINE_VERIFY_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct arena;
struct rule_terms;

struct verify_state_page {
	struct str path, sha256;
};

/* An applied snapshot. */
struct verify_state_snapshot {
	struct str id, manifest_sha256, diff_sha256, export_sha256;
	struct verify_state_page *pages;
	size_t pages_n;
};

struct verify_state {
	bool is_there; /* there is a state; after an interrupted first run it is still empty */
	struct verify_state_snapshot *list; /* by id */
	size_t n;
	struct rule_terms *terms; /* which were in force; oldest first */
	size_t terms_n;
};

/*
 * verify_state_read(a, account, thorough, out, e):
 * Read it, all in ${a}; ${thorough}: after every row of every table was looked at.  A child process
 * reads first, so that a damaged state can crash it alone.  No other thread may run.
 * Errors: ERR_FAILED, ERR_IO: the state cannot be read; ${out} is empty then.
 */
int verify_state_read(struct arena *a, const char *account, bool thorough, struct verify_state *out,
    struct err *e) ERR_MUST;

/* verify_state_find(state, id): NULL if it was not applied. */
const struct verify_state_snapshot *verify_state_find(
    const struct verify_state *state, struct str id);

#endif /* TIMEMACHINE_VERIFY_STATE_H */
