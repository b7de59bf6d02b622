/* staging.h -- a snapshot's directory while it is being fetched.
 *
 * A hidden directory in snapshots/ that becomes the snapshot by one rename.  A first fetch has a
 * journal, so that it can be resumed: each completed read leaves a manifest of its own pages, and
 * each page of the read under way one of itself.
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
#include "snapshot/page_filter.h"

/* The directory is snapshots/.fetch-<id>. */
#define STAGING_PREFIX ".fetch-"

struct known_pages;

/* Zero-initialisable. */
struct staging {
	struct arena arena;
	const char *account;
	int64_t taken_at;
	struct str name; /* of the directory, in snapshots/ */
	char *dir;
	struct manifest_page *pages; /* so far, in the order of reading */
	size_t n, cap;
	bool has_journal;
	struct str source;          /* server and client id: only reads of the same are resumed */
	unsigned saved_reads;       /* so far */
	struct manifest_page *part; /* pages 1 to part_n of the read that was interrupted */
	size_t part_n;
	const struct known_pages *earlier; /* pages there are already; NULL: none */
	const struct page_filter *filter;  /* who was erased; NULL: nobody */
	struct buf stored;                 /* scratch */
};

/* staging_find(account, taken_at, e): what an earlier fetch left: 1 and the newest one's time, 0,
 * -1. */
int staging_find(const char *account, int64_t *taken_at, struct err *e) ERR_MUST;

/* staging_clean(account, kept, e): remove all but that of ${kept} (TIMESTAMP_NONE: all). */
int staging_clean(const char *account, int64_t kept, struct err *e) ERR_MUST;

/* staging_begin(s, account, taken_at, has_journal, e): make the directory, or enter it. */
int staging_begin(struct staging *s, const char *account, int64_t taken_at, bool has_journal,
    struct err *e) ERR_MUST;

/*
 * staging_put(s, page, now, body, e):
 * Store the body gzipped; if an earlier snapshot has the same bytes, as a hard link to them.
 * ${page} says what it is; its texts are copied; fetched_at, bytes and sha256 are filled here.
 */
int staging_put(struct staging *s, const struct manifest_page *page, int64_t now, struct str body,
    struct err *e) ERR_MUST;

/* staging_know(s, earlier, filter): what is known beforehand: pages there are already, and who was
 * erased; either may be NULL. */
void staging_know(
    struct staging *s, const struct known_pages *earlier, const struct page_filter *filter);

/* staging_drop(s, from, e): remove the pages from that one on. */
int staging_drop(struct staging *s, size_t from, struct err *e) ERR_MUST;

/* staging_drop_location(s, location, e): remove the pages of its orders. */
int staging_drop_location(struct staging *s, struct str location, struct err *e) ERR_MUST;

/* staging_disclaim(s, from, to): the pages in [from, to) stay as records, but claim nothing. */
void staging_disclaim(struct staging *s, size_t from, size_t to);

/* staging_save_page(s, e): the last page is one of a read under way, to be kept if there is a
 * journal. */
int staging_save_page(struct staging *s, struct err *e) ERR_MUST;

/* staging_save_read(s, from, e): the pages from that one on are a completed read, to be kept if
 * there is a journal. */
int staging_save_read(struct staging *s, size_t from, struct err *e) ERR_MUST;

/* staging_saved_reads(s, list, n, e): the completed reads of a fetch that is resumed, in their
 * order, in s's arena; the one under way in s->part.  Damaged ones are passed over. */
int staging_saved_reads(
    struct staging *s, struct manifest **list, size_t *n, struct err *e) ERR_MUST;

/* staging_add(s, page): a page of a saved read becomes a page of this snapshot. */
void staging_add(struct staging *s, const struct manifest_page *page);

/* staging_sweep(s, e): remove files that are none of its pages. */
int staging_sweep(struct staging *s, struct err *e) ERR_MUST;

/* staging_commit(s, source, now, e): make the pages durable, then the manifest, then rename. */
int staging_commit(struct staging *s, struct str source, int64_t now, struct err *e) ERR_MUST;

/* staging_interrupted(s, is_kept, expected, e): the error of a fetch that was interrupted says what
 * is kept, of about so many pages (0: not known). */
void staging_interrupted(const struct staging *s, bool is_kept, uint64_t expected, struct err *e);

/* staging_release(s): memory alone. staging_discard(s): the directory too, as far as possible. */
void staging_release(struct staging *s);
void staging_discard(struct staging *s);

#endif /* FLOWHUB_STAGING_H */
