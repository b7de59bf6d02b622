/* page_cache.h -- what a page was found to hold, so that the same bytes need not be read again.
 *
 * Of a page with no record at fault, the hashes of its records' texts are kept in order.  A page of
 * the same bytes whose texts are all known says nothing new, nor does such a block of one.
 * delta/remember_pages.h decides which pages are kept.
 */
#ifndef STATE_PAGE_CACHE_H
#define STATE_PAGE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/pack.h"
#include "base/str.h"
#include "lib/hash.h"
#include "snapshot/manifest.h"

struct kv_txn;

/* page_cache_key(b, page): all that decides what the stored bytes are read as;
 * empties ${b} first. Its first byte is the page's resource. */
struct str page_cache_key(struct buf *b, const struct manifest_page *page);

/*
 * page_cache_find(t, key, page, row, e):
 * ${key} is scratch.  Returns: 1 found, ${row} is for those below; 0 not; -1.
 */
int page_cache_find(struct kv_txn *t, struct buf *key, const struct manifest_page *page,
    struct str *row, struct err *e) ERR_MUST;

/* page_cache_n(row): how many records; page_cache_hashes(row, hashes): of their
 * texts. */
size_t page_cache_n(struct str row);
void page_cache_hashes(struct str row, struct hash *hashes);
struct hash page_cache_hash(struct str row, size_t i); /* of one of them */

/* page_cache_part(row, first, n, out): the same of so many records, beginning with that one; false:
 * there are not so many. */
bool page_cache_part(struct str row, uint32_t first, uint32_t n, struct str *out);

/* page_cache_put(t, key, hashes, n, row, e): ${row} is scratch. */
int page_cache_put(struct kv_txn *t, struct str key, const struct hash *hashes, size_t n,
    struct buf *row, struct err *e) ERR_MUST;

/* page_cache_put_lengths(t, key, lengths, e): bytes of those texts, each with pack_u64, in the same
 * order. */
int page_cache_put_lengths(
    struct kv_txn *t, struct str key, struct str lengths, struct err *e) ERR_MUST;

/* page_cache_lengths(t, key, out, e): what was put.  Returns: 1; 0: nothing was, by a program of
 * before, and ${out} is empty; -1. */
int page_cache_lengths(struct kv_txn *t, struct str key, struct str *out, struct err *e) ERR_MUST;

/* A block of a page whose texts are kept: records and commas alone, so that the same bytes are the
 * same records in any page of that kind (snapshot/page_parts.h). */
struct page_cache_block {
	struct hash hash;        /* of the bytes that are stored */
	uint32_t first, records; /* which of the page's records it holds */
	uint32_t text;           /* bytes of text */
};

/* page_cache_put_blocks(t, key, list, n, row, e): ${row} is scratch. */
int page_cache_put_blocks(struct kv_txn *t, struct str key, const struct page_cache_block *list,
    size_t n, struct buf *row, struct err *e) ERR_MUST;

/* page_cache_next_block(u, out): out of a row of blocks, one after the other; false at its end, or
 * where ${u} is bad. */
bool page_cache_next_block(struct unpack *u, struct page_cache_block *out);

#endif /* STATE_PAGE_CACHE_H */
