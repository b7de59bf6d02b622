/* staging.h -- a snapshot while it is being fetched.
 *
 * A hidden directory in snapshots/ that becomes the snapshot by one rename.
 * With a journal it can be taken up again: each finished read leaves a manifest
 * of its own pages beside them.
 */
#ifndef FLOWHUB_STAGING_H
#define FLOWHUB_STAGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "snapshot/manifest.h"

/* Its directory is snapshots/.fetch-<id>. */
#define STAGING_PREFIX ".fetch-"

/* Zero-initialisable. */
struct staging {
	struct arena arena;
	const char *account;
	int64_t taken_at;
	struct str name; /* of its directory, in snapshots/ */
	char *dir;
	struct manifest_page *pages; /* so far, in the order of reading */
	size_t n, cap;
	bool has_journal;
	struct str source; /* who is read from where: only reads of the same are
	                      taken up again */
	unsigned journals; /* written so far */
	struct buf stored; /* scratch */
};

/* staging_find(a, account, taken_at, e): what an earlier fetch left: 1 and its
 * newest time, 0, -1. */
int staging_find(const char *account, int64_t *taken_at, struct err *e) ERR_MUST;

/* staging_clean(account, kept, e): all of them away but that of ${kept}
 * (TIMESTAMP_NONE: all). */
int staging_clean(const char *account, int64_t kept, struct err *e) ERR_MUST;

/* staging_begin(d, account, taken_at, has_journal, e): make the directory, or
 * enter it. */
int staging_begin(struct staging *d, const char *account, int64_t taken_at, bool has_journal,
    struct err *e) ERR_MUST;

/*
 * staging_put(d, page, body, e):
 * Store the body gzipped; ${page} says what it is (path and all texts are
 * copied), bytes and sha256 are filled here.
 */
int staging_put(
    struct staging *d, const struct manifest_page *page, struct str body, struct err *e) ERR_MUST;

/* staging_drop(d, from, e): the pages from that one on never were. */
int staging_drop(struct staging *d, size_t from, struct err *e) ERR_MUST;

/* staging_mark(d, from, e): the pages from that one on are a finished read;
 * remembered if there is a journal. */
int staging_mark(struct staging *d, size_t from, struct err *e) ERR_MUST;

/* staging_journals(d, list, n, e): the finished reads of a draft taken up again,
 * in their order, in d's arena. Damaged ones are passed over. */
int staging_journals(struct staging *d, struct manifest **list, size_t *n, struct err *e) ERR_MUST;

/* staging_keep(d, page): a page of a finished read is a page of this draft. */
void staging_keep(struct staging *d, const struct manifest_page *page);

/* staging_sweep(d, e): files that are no page of it go. */
int staging_sweep(struct staging *d, struct err *e) ERR_MUST;

/* staging_commit(d, source, finished_at, e): pages durable, then the manifest,
 * then the rename. */
int staging_commit(
    struct staging *d, struct str source, struct str finished_at, struct err *e) ERR_MUST;

/* staging_release(d): memory only. staging_discard(d): its directory too, as far as
 * that is possible. */
void staging_release(struct staging *d);
void staging_discard(struct staging *d);

#endif /* FLOWHUB_STAGING_H */
