#include "delta/known_blocks.h"

#include <stdlib.h>

#include "base/arena.h"
#include "lib/kv.h"
#include "state/page_cache.h"
#include "state/tables.h"

static int
compare(struct hash a, struct hash b)
{
	if (a.lo != b.lo)
		return a.lo < b.lo ? -1 : 1;
	return (a.hi > b.hi) - (a.hi < b.hi);
}

static int
by_hash(const void *x, const void *y)
{
	return compare(
	    ((const struct known_block *)x)->hash, ((const struct known_block *)y)->hash);
}

static struct hash
first_of(const struct known_block *b)
{
	return page_cache_hash(b->texts, 0);
}

static int
by_first(const void *x, const void *y)
{
	return compare(first_of(*(const struct known_block *const *)x),
	    first_of(*(const struct known_block *const *)y));
}

/* A hash with a block. */
static int
compare_first(const void *hash, const void *block)
{
	return compare(
	    *(const struct hash *)hash, first_of(*(const struct known_block *const *)block));
}

/* The blocks of one page, whose texts are in ${row}; blocks are in the order of their records. */
static int
add_page(
    struct known_blocks *k, struct str blocks, struct str row, struct str lengths, struct err *e)
{
	struct unpack u = unpack_of(blocks), length = unpack_of(lengths);
	struct page_cache_block b;
	uint32_t at = 0;

	while (page_cache_next_block(&u, &b)) {
		struct known_block x = { .hash = b.hash, .text = b.text };

		for (; at < b.first && !length.bad; at++)
			(void)unpack_u64(&length);
		x.lengths = str_of((const char *)length.p, (size_t)(length.end - length.p));

		if (!page_cache_part(row, b.first, b.records, &x.texts))
			return state_broken(e, "what a block holds");
		k->list = mem_grow(k->list, k->n, &k->cap, sizeof(*k->list));
		k->list[k->n++] = x;
	}
	return u.bad ? state_broken(e, "the blocks of a page") : 0;
}

static void
sort_by_first(struct known_blocks *k)
{
	k->by_first = mem_alloc(k->n * sizeof(*k->by_first));
	for (size_t i = 0; i < k->n; i++)
		k->by_first[i] = &k->list[i];
	if (k->n > 1)
		qsort(k->by_first, k->n, sizeof(*k->by_first), by_first);
}

int
known_blocks_build(struct known_blocks *k, struct kv_txn *t, enum entity entity, struct err *e)
{
	struct kv_cursor *c = kv_all(t, TABLE_BLOCK_CACHE, e);
	struct str key, blocks, row, lengths;
	int rc;

	while ((rc = kv_next(c, &key, &blocks, e)) > 0) {
		if (((enum resource)key.p[0] == RESOURCE_ORDERS) != (entity == ENTITY_ORDER))
			continue;
		rc = kv_get(t, TABLE_PAGE_CACHE, key, &row, e);
		if (rc == 0)
			rc = state_broken(e, "blocks of a page that is not known");
		if (rc > 0)
			rc = page_cache_lengths(t, key, &lengths, e);
		if (rc < 0 || (rc > 0 && add_page(k, blocks, row, lengths, e) < 0)) {
			rc = -1;
			break;
		}
	}
	kv_cursor_close(c);
	if (k->n > 1)
		qsort(k->list, k->n, sizeof(*k->list), by_hash);
	sort_by_first(k);
	return rc;
}

const struct known_block *
known_blocks_find(const struct known_blocks *k, struct hash hash)
{
	const struct known_block key = { .hash = hash };

	return k->n == 0 ? NULL : bsearch(&key, k->list, k->n, sizeof(*k->list), by_hash);
}

static bool
begin(void *context, struct hash first)
{
	struct known_blocks_walk *w = context;
	const struct known_blocks *k = w->blocks;
	const struct known_block *const *found = NULL;

	if (k->n > 0)
		found = bsearch(&first, k->by_first, k->n, sizeof(*k->by_first), compare_first);
	if (found == NULL)
		return false;
	w->at = *found;
	w->lengths = unpack_of(w->at->lengths);
	w->next = 1;
	(void)unpack_u64(&w->lengths);
	return true;
}

static bool
next(void *context, struct page_text *out)
{
	struct known_blocks_walk *w = context;

	if (w->next == page_cache_n(w->at->texts))
		return false;
	out->hash = page_cache_hash(w->at->texts, w->next++);
	out->len = (uint32_t)unpack_u64(&w->lengths);
	return !w->lengths.bad;
}

struct page_expected
known_blocks_expected(struct known_blocks_walk *w)
{
	return (struct page_expected){ begin, next, w };
}

void
known_blocks_release(struct known_blocks *k)
{
	mem_free(k->list);
	mem_free(k->by_first);
	*k = (struct known_blocks){ 0 };
}
