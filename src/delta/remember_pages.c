#include "delta/remember_pages.h"

#include "base/arena.h"
#include "base/intern.h"
#include "state/page_cache.h"

/* Whether the snapshot held so many of the records known now that its pages may well come again. */
static bool
is_large(const struct state *s, const struct manifest *m, const struct read_snapshot *in,
    enum entity entity)
{
	uint64_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		if (read_page_holds(m->pages[i].resource, entity))
			n += in->pages[i].records;
	return read_snapshot_is_large(
	    n, entity == ENTITY_ORDER ? s->totals.orders : s->totals.customers);
}

/* Pages that may be remembered, each once, and by the numbers of their keys. */
struct remembered {
	struct intern keys;
	const struct read_page **list;
	size_t cap;
};

/* None of their records is quarantined. */
static void
collect(const struct manifest *m, const struct read_snapshot *in, enum entity entity,
    struct remembered *out)
{
	struct buf key = { 0 };

	for (size_t i = 0; i < m->n; i++) {
		uint32_t number;

		if (!read_page_holds(m->pages[i].resource, entity) ||
		    in->pages[i].quarantined_n > 0)
			continue;
		number = intern_add(&out->keys, page_cache_key(&key, &m->pages[i]));
		out->list = mem_reach(out->list, number, &out->cap, sizeof(*out->list));
		if (out->list[number] == NULL)
			out->list[number] = &in->pages[i];
	}
	buf_release(&key);
}

static int
forget_others(struct state *s, enum state_table table, enum entity entity,
    const struct intern *keys, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, table, e);
	struct buf gone = { 0 };
	struct str key, row;
	int rc;

	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		if (!read_page_holds((enum resource)key.p[0], entity) ||
		    intern_find(keys, key) != 0)
			continue;
		buf_reset(&gone);
		buf_str(&gone, key);
		rc = kv_del(s->txn, table, buf_view(&gone), e);
		if (rc < 0)
			break;
	}
	buf_release(&gone);
	kv_cursor_close(c);
	return rc;
}

static int
put_hashes(
    struct state *s, struct str key, const struct read_page *p, struct buf *row, struct err *e)
{
	const struct seen *seen = p->copies;
	struct hash *hashes;
	int rc;

	if (p->hashes != NULL)
		return page_cache_put(s->txn, key, p->hashes, p->records, row, e);
	hashes = mem_alloc(p->records * sizeof(*hashes));
	for (size_t i = 0; i < p->records; i++) {
		hashes[i] = seen_hash(seen);
		seen = seen_following(seen);
	}
	rc = page_cache_put(s->txn, key, hashes, p->records, row, e);
	mem_free(hashes);
	return rc;
}

static int
put_page(struct state *s, struct str key, const struct read_page *p, struct buf *row, struct err *e)
{
	struct str before;
	int rc = kv_get(s->txn, TABLE_PAGE_CACHE, key, &before, e);

	/* the same bytes hold the same texts */
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (put_hashes(s, key, p, row, e) < 0 ||
	    page_cache_put_lengths(s->txn, key, p->lengths, e) < 0)
		return -1;
	if (p->blocks_n > 0 &&
	    page_cache_put_blocks(s->txn, key, p->blocks, p->blocks_n, row, e) < 0)
		return -1;
	return state_spill(s, e);
}

static int
remember_entity(struct state *s, const struct manifest *m, const struct read_snapshot *in,
    enum entity entity, struct err *e)
{
	struct remembered pages = { 0 };
	struct buf row = { 0 };
	uint32_t *sorted, n;
	int rc;

	collect(m, in, entity, &pages);
	rc = forget_others(s, TABLE_PAGE_CACHE, entity, &pages.keys, e);
	if (rc == 0)
		rc = forget_others(s, TABLE_BLOCK_CACHE, entity, &pages.keys, e);
	if (rc == 0)
		rc = forget_others(s, TABLE_PAGE_LENGTHS, entity, &pages.keys, e);
	sorted = intern_sorted(&pages.keys, &n);
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = put_page(s, pages.keys.texts[sorted[i]], pages.list[sorted[i]], &row, e);
	mem_free(sorted);
	mem_free(pages.list);
	intern_release(&pages.keys);
	buf_release(&row);
	return rc;
}

int
remember_pages(
    struct state *s, const struct manifest *m, const struct read_snapshot *in, struct err *e)
{
	for (size_t x = 0; x < ENTITIES; x++)
		if (is_large(s, m, in, (enum entity)x) &&
		    remember_entity(s, m, in, (enum entity)x, e) < 0)
			return -1;
	return 0;
}
