/* fold_manifest.h -- what a base says of itself: bases/<id>/manifest.json.
 *
 * A base is a complete image of the account at one snapshot, made of raw records; it is never
 * changed.  Its id is that snapshot's.  All text lies in the arena it was read into.
 */
#ifndef BASES_FOLD_MANIFEST_H
#define BASES_FOLD_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "lib/sha256.h"

struct arena;

/* A file of the base. */
struct fold_file {
	struct str path, sha256;
	uint64_t records, bytes;
};

/* What the files hold together; money in cents. */
struct fold_counts {
	uint64_t customers, orders;
	int64_t completed, profiles, guest, unattributed;
};

struct fold_manifest {
	struct str name; /* of its directory in bases/: the id, or while it is made another */
	struct str id;
	int64_t as_of;
	uint64_t number;                         /* of the snapshot, from 1 on */
	struct str manifest_sha256, diff_sha256; /* of the snapshot's */
	uint64_t state_version;                  /* whose rows memory.jsonl.gz says */
	struct str state_digest;                 /* fold_digest.h */
	struct fold_counts counts;
	struct fold_file *files; /* in the order in which they were written */
	size_t n;
	struct sha256 sha256; /* of the manifest itself */
};

/* fold_manifest_load(a, account, name, out, e): of bases/<name>/, which is called after the id, or
 * ".<id>.tmp-…".  Errors: ERR_DAMAGED, ERR_IO. */
int fold_manifest_load(struct arena *a, const char *account, struct str name,
    struct fold_manifest *out, struct err *e) ERR_MUST;

void fold_manifest_format(const struct fold_manifest *m, struct buf *b);

/* fold_manifest_find(m, path): NULL if it is none of its files. */
const struct fold_file *fold_manifest_find(const struct fold_manifest *m, struct str path);

/* fold_manifest_list(a, account, ids, n, e): the bases there are, oldest first. */
int fold_manifest_list(
    struct arena *a, const char *account, struct str **ids, size_t *n, struct err *e) ERR_MUST;

/* fold_manifest_start(a, account, id, e): where history begins: the newest base whose own snapshot
 * is not there any more.  Returns: 1; 0: at the first snapshot; -1.  Snapshots go oldest first, so
 * a prune that was interrupted counts as not begun, and whoever takes the lock finishes it first.
 */
int fold_manifest_start(
    struct arena *a, const char *account, struct str *id, struct err *e) ERR_MUST;

#endif /* BASES_FOLD_MANIFEST_H */
