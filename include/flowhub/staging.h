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
#define DRAFT_PREFIX ".fetch-"

/* Zero-initialisable. */
struct draft {
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

/* draft_find(a, account, taken_at, e): what an earlier fetch left: 1 and its
 * newest time, 0, -1. */
int draft_find(const char *account, int64_t *taken_at, struct err *e) ERR_MUST;

/* draft_clean(account, kept, e): all of them away but that of ${kept}
 * (WHEN_NONE: all). */
int draft_clean(const char *account, int64_t kept, struct err *e) ERR_MUST;

/* draft_begin(d, account, taken_at, has_journal, e): make the directory, or
 * enter it. */
int draft_begin(struct draft *d, const char *account, int64_t taken_at, bool has_journal,
    struct err *e) ERR_MUST;

/*
 * draft_put(d, page, body, e):
 * Store the body gzipped; ${page} says what it is (path and all texts are
 * copied), bytes and sha256 are filled here.
 */
int draft_put(
    struct draft *d, const struct manifest_page *page, struct str body, struct err *e) ERR_MUST;

/* draft_drop(d, from, e): the pages from that one on never were. */
int draft_drop(struct draft *d, size_t from, struct err *e) ERR_MUST;

/* draft_mark(d, from, e): the pages from that one on are a finished read;
 * remembered if there is a journal. */
int draft_mark(struct draft *d, size_t from, struct err *e) ERR_MUST;

/* draft_journals(d, list, n, e): the finished reads of a draft taken up again,
 * in their order, in d's arena. Damaged ones are passed over. */
int draft_journals(struct draft *d, struct manifest **list, size_t *n, struct err *e) ERR_MUST;

/* draft_keep(d, page): a page of a finished read is a page of this draft. */
void draft_keep(struct draft *d, const struct manifest_page *page);

/* draft_sweep(d, e): files that are no page of it go. */
int draft_sweep(struct draft *d, struct err *e) ERR_MUST;

/* draft_commit(d, source, finished_at, e): pages durable, then the manifest,
 * then the rename. */
int draft_commit(
    struct draft *d, struct str source, struct str finished_at, struct err *e) ERR_MUST;

/* draft_release(d): memory only. draft_discard(d): its directory too, as far as
 * that is possible. */
void draft_release(struct draft *d);
void draft_discard(struct draft *d);

#endif /* FLOWHUB_STAGING_H */
