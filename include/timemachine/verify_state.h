/* verify_state.h -- what the account's state says of the snapshots that were applied. */
#ifndef TIMEMACHINE_VERIFY_STATE_H
#define TIMEMACHINE_VERIFY_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

/* A page of an applied snapshot. */
struct verify_claim_page {
	struct str path, sha256;
};

/* An applied snapshot. */
struct verify_claim {
	struct str id, manifest_sha256, diff_sha256, export_sha256;
	struct verify_claim_page *pages;
	size_t pages_n;
};

struct verify_state {
	bool is_there; /* there is a state; it may have been begun and know of nothing yet */
	struct verify_claim *list; /* by id */
	size_t n;
};

/*
 * verify_state_read(a, account, thorough, out, e):
 * In a child, see child.h.  ${thorough} looks at every row of every table.
 * Errors: ERR_FAILED, ERR_IO: the state cannot be read; ${out} is empty then.
 */
int verify_state_read(struct arena *a, const char *account, bool thorough, struct verify_state *out,
    struct err *e) ERR_MUST;

/* verify_state_find(claims, id): NULL if it was not applied. */
const struct verify_claim *verify_state_find(const struct verify_state *claims, struct str id);

#endif /* TIMEMACHINE_VERIFY_STATE_H */
