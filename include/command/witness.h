/* witness.h -- what the account's state says of the snapshots that were applied. */
#ifndef COMMAND_WITNESS_H
#define COMMAND_WITNESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

/* A page of an applied snapshot. */
struct witnessed_page {
	struct str path, sha256;
};

struct witnessed {
	struct str id, manifest_sha256, diff_sha256, export_sha256;
	struct witnessed_page *pages;
	size_t pages_n;
};

struct witness {
	bool is_there;          /* there is a state; it may have been begun and know of nothing yet */
	struct witnessed *list; /* by id */
	size_t n;
};

/*
 * witness_read(a, account, thorough, out, e):
 * In a child, see guard.h.  ${thorough} looks at every row of every table.
 * Errors: ERR_FAILED, ERR_IO: the state cannot be read; ${out} is empty then.
 */
int witness_read(struct arena *a, const char *account, bool thorough,
    struct witness *out, struct err *e) ERR_MUST;

/* witness_find(w, id): NULL if it was not applied. */
const struct witnessed *witness_find(const struct witness *w, struct str id);

#endif /* COMMAND_WITNESS_H */
