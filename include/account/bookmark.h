/* bookmark.h -- up to which snapshot somebody has imported by hand.
 *
 * Contract section 8, export --new and --done.  It is said by a person and follows from nothing
 * else, so it is no part of the state: it lies in ACCOUNT/imported.json and is to be backed up with
 * the settings.
 */
#ifndef ACCOUNT_BOOKMARK_H
#define ACCOUNT_BOOKMARK_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

struct bookmark {
	struct str snapshot; /* its id; empty: nothing was imported */
	struct str diff;     /* sha256 of its diff, which stands for all history up to it */
};

/* bookmark_load(a, account, out, e): in ${a}; without a file nothing was imported.
 * Errors: ERR_FAILED: it cannot be read as one. */
int bookmark_load(
    struct arena *a, const char *account, struct bookmark *out, struct err *e) ERR_MUST;

int bookmark_save(const char *account, const struct bookmark *b, struct err *e) ERR_MUST;

/* What an export's own manifest says of it. */
struct bookmark_export {
	struct bookmark to; /* up to where it goes */
	struct str since;   /* it holds what changed after that snapshot; empty: everything */
	bool is_own;        /* of one snapshot, as process wrote it: since is the one before */
};

/* bookmark_export(a, dir, out, e): ERR_USAGE if ${dir} is no export. */
int bookmark_export(
    struct arena *a, const char *dir, struct bookmark_export *out, struct err *e) ERR_MUST;

#endif /* ACCOUNT_BOOKMARK_H */
