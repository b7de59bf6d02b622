/* record_text.h -- the text of records, read from the pages that hold them.
 *
 * Each page is read once, several at a time.  Of a page in blocks only those are inflated in which
 * a wanted record lies, provided that its hash is known and is that of what is found there
 * (docs/decisions/0070-pages-in-blocks.md).
 */
#ifndef STATE_RECORD_TEXT_H
#define STATE_RECORD_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "lib/hash.h"
#include "state/origins.h"
#include "state/rows.h"
#include "state/state.h"

struct arena;

/* A page that holds records which are wanted. */
struct source_page {
	struct str snapshot; /* its id */
	struct applied_page page;
	struct str lengths;   /* of its texts, as page_cache_lengths has them; or nothing */
	bool is_pruned;       /* the snapshot was folded into a base, and its pages are gone */
	struct origin origin; /* then: where the record asked for lies; no base: nowhere any more */
};

/* record_text_is_gone(p): nothing holds the record's text any more. */
static inline bool
record_text_is_gone(const struct source_page *p)
{
	return p->is_pruned && p->origin.base.n == 0;
}

/* Where a text lies now: ${top}/${id}/${path}. */
struct record_text_place {
	const char *top; /* "snapshots" or "bases" */
	struct str id, path, sha256;
	enum resource resource;
	uint32_t index;
};

/* record_text_place(p, index): of the record with that index in the page; not of one that is gone.
 */
struct record_text_place record_text_place(const struct source_page *p, uint32_t index);

struct wanted_record {
	const struct source_page *from; /* one pointer a page; a record, if it was pruned */
	uint32_t index;                 /* of the record in it */
	const struct hash *hash;        /* of the text, as far as is known; NULL: it is not */
	struct str text;                /* out */
};

/*
 * record_text_read(a, account, list, n, jobs, e):
 * Fill in the texts, in a. The order of the list is kept.  Each page is proved by its digest.
 * Errors: ERR_DAMAGED if a page is no longer what it was; ERR_FAILED if a text is gone.
 */
int record_text_read(struct arena *a, const char *account, struct wanted_record *list, size_t n,
    size_t jobs, struct err *e) ERR_MUST;

/* record_text_known: the same, but a hash proves a text as well as the page's digest does: no more
 * of a page in blocks is read than that.  Damage elsewhere in it is for verify to find. */
int record_text_known(struct arena *a, const char *account, struct wanted_record *list, size_t n,
    size_t jobs, struct err *e) ERR_MUST;

/* record_text_source(a, s, at, out, e): the page of a place in an applied snapshot, in a; if it was
 * pruned, the one of the base that holds the record itself. */
int record_text_source(struct arena *a, struct state *s, struct place at, struct source_page *out,
    struct err *e) ERR_MUST;

#endif /* STATE_RECORD_TEXT_H */
