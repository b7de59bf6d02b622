/* page_parts.h -- a page in blocks, read without those whose records are known already.
 *
 * Where the list is right, a part is either inflated or left out, and its place in the text is then
 * empty: records and commas alone were there.  The records of the page are all listed, those of a
 * part that was left out without a text.  Everything else about the page is judged as if it were
 * whole; where anything is not as expected, it has to be read whole (page.h), so every refusal is
 * page.h's.
 */
#ifndef SNAPSHOT_PAGE_PARTS_H
#define SNAPSHOT_PAGE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "lib/hash.h"
#include "snapshot/manifest.h"
#include "snapshot/page.h"

struct page_part {
	struct str stored; /* the member */
	struct hash hash;  /* of its bytes */
	const void
	    *known;       /* the caller's: what is known of it, so that it is left out; else NULL */
	uint32_t text;    /* bytes of text in it; what the list says, or if it is known, what is */
	uint32_t records; /* that begin in it; if it is known, as it is known */
	/* once the page is read */
	uint32_t at;           /* where in the text it begins */
	uint32_t first;        /* how many records the page has before it */
	bool is_records_alone; /* it is records with a comma after each and no null: wherever in a
	                  list the same bytes come, they are these records */
};

/* A record's text whose hash was needed to find its end. */
struct page_text {
	uint32_t at, len;
	struct hash hash;
};

/* What the caller knows of texts that follow one another in a list, so that their brackets need not
 * be followed again: where a text has the hash of one that was an element of a list, and a comma
 * stands behind it, it is that element. */
struct page_expected {
	/* begin: a part's first record has that hash; next: the text after it, false: none is
	 * expected.  A text that is not there is passed over. */
	bool (*begin)(void *context, struct hash first);
	bool (*next)(void *context, struct page_text *out); /* at is not asked for */
	void *context;
};

/* Zero-initialisable; reused by the next page. */
struct page_parts {
	struct page_part *list;
	size_t n, cap;
	struct page_text *texts; /* in the order of the page, some of its records' */
	size_t texts_n, texts_cap;
};

/* page_parts_find(p, r): the members of the page that was opened last; borrowed from it.
 * Returns: false: it is not in blocks. */
bool page_parts_find(struct page_parts *p, const struct page_reader *r);

/*
 * page_parts_read(p, r, resource, expected): as page_inflate and page_scan, without the parts that
 * are known, each of which must have been whole where it was read before.  ${expected}: or NULL.
 * Returns: false: it has to be read whole; nothing in ${r} holds but what page_open gave.
 */
bool page_parts_read(struct page_parts *p, struct page_reader *r, enum resource resource,
    const struct page_expected *expected);

/* page_parts_hash(p, i, at, len, out): the hash of the record's text there, if it is known; ${i} is
 * 0 at first, and records are asked for in the order of the page. */
bool page_parts_hash(
    const struct page_parts *p, size_t *i, uint32_t at, uint32_t len, struct hash *out);

/* page_parts_byte(p, at): where in the page that byte of the text is. */
size_t page_parts_byte(const struct page_parts *p, size_t at);

void page_parts_release(struct page_parts *p);

#endif /* SNAPSHOT_PAGE_PARTS_H */
