#include "delta/known_blocks.h"

#include <stdlib.h>

#include "base/arena.h"
#include "lib/kv.h"
#include "state/page_cache.h"
#include "state/tables.h"

static int
by_hash(const void *x, const void *y)
{
	const struct hash *a = &((const struct known_block *)x)->hash;
	const struct hash *b = &((const struct known_block *)y)->hash;

	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return (a->hi > b->hi) - (a->hi < b->hi);
}

/* The blocks of one page, whose texts are in ${row}. */
static int
add_page(struct known_blocks *k, struct str blocks, struct str row, struct err *e)
{
	struct unpack u = unpack_of(blocks);
	struct page_cache_block b;

	while (page_cache_next_block(&u, &b)) {
		struct known_block x = { .hash = b.hash, .text = b.text };

		if (!page_cache_part(row, b.first, b.records, &x.texts))
			return state_broken(e, "what a block holds");
		k->list = mem_grow(k->list, k->n, &k->cap, sizeof(*k->list));
		k->list[k->n++] = x;
	}
	return u.bad ? state_broken(e, "the blocks of a page") : 0;
}

int
known_blocks_build(struct known_blocks *k, struct kv_txn *t, enum entity entity, struct err *e)
{
	struct kv_cursor *c = kv_all(t, TABLE_BLOCK_CACHE, e);
	struct str key, blocks, row;
	int rc;

	while ((rc = kv_next(c, &key, &blocks, e)) > 0) {
		if (((enum resource)key.p[0] == RESOURCE_ORDERS) != (entity == ENTITY_ORDER))
			continue;
		rc = kv_get(t, TABLE_PAGE_CACHE, key, &row, e);
		if (rc == 0)
			rc = state_broken(e, "blocks of a page that is not known");
		if (rc < 0 || add_page(k, blocks, row, e) < 0) {
			rc = -1;
			break;
		}
	}
	kv_cursor_close(c);
	if (k->n > 1)
		qsort(k->list, k->n, sizeof(*k->list), by_hash);
	return rc;
}

const struct known_block *
known_blocks_find(const struct known_blocks *k, struct hash hash)
{
	const struct known_block key = { .hash = hash };

	return k->n == 0 ? NULL : bsearch(&key, k->list, k->n, sizeof(*k->list), by_hash);
}

void
known_blocks_release(struct known_blocks *k)
{
	mem_free(k->list);
	*k = (struct known_blocks){ 0 };
}
