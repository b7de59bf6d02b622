#include "state/page_cache.h"

#include <endian.h>

#include "state/tables.h"
#include "snapshot/page.h"
#include "lib/kv.h"

#define HASH_BYTES 16

struct str
page_cache_key(struct buf *b, const struct manifest_page *p)
{
	buf_reset(b);
	buf_char(b, (char)p->resource);
	buf_char(b, (char)page_is_gzip(p->path));
	buf_str(b, p->sha256);
	return buf_view(b);
}

int
page_cache_find(struct kv_txn *t, struct buf *key, const struct manifest_page *page,
    struct str *row, struct err *e)
{
	int rc = kv_get(t, TABLE_PAGE_CACHE, page_cache_key(key, page), row, e);

	if (rc > 0 && row->n % HASH_BYTES != 0)
		return state_broken(e, "what a page holds");
	return rc;
}

size_t
page_cache_n(struct str row)
{
	return row.n / HASH_BYTES;
}

bool
page_cache_part(struct str row, uint32_t first, uint32_t n, struct str *out)
{
	size_t all = page_cache_n(row);

	if (first > all || n > all - first)
		return false;
	*out = str_of(row.p + (size_t)first * HASH_BYTES, (size_t)n * HASH_BYTES);
	return true;
}

struct hash
page_cache_hash(struct str row, size_t i)
{
	uint64_t fixed[2];

	memcpy(fixed, row.p + i * HASH_BYTES, HASH_BYTES);
	return (struct hash){ .lo = le64toh(fixed[0]), .hi = le64toh(fixed[1]) };
}

void
page_cache_hashes(struct str row, struct hash *hashes)
{
	for (size_t i = 0; i < page_cache_n(row); i++)
		hashes[i] = page_cache_hash(row, i);
}

int
page_cache_put(struct kv_txn *t, struct str key, const struct hash *hashes, size_t n,
    struct buf *row, struct err *e)
{
	buf_reset(row);
	buf_reserve(row, n * HASH_BYTES);
	for (size_t i = 0; i < n; i++) {
		const uint64_t fixed[] = { htole64(hashes[i].lo), htole64(hashes[i].hi) };

		memcpy(row->p + i * HASH_BYTES, fixed, HASH_BYTES);
	}
	row->n = n * HASH_BYTES;
	return kv_put(t, TABLE_PAGE_CACHE, key, buf_view(row), e);
}

int
page_cache_put_lengths(struct kv_txn *t, struct str key, struct str lengths, struct err *e)
{
	return kv_put(t, TABLE_PAGE_LENGTHS, key, lengths, e);
}

int
page_cache_lengths(struct kv_txn *t, struct str key, struct str *out, struct err *e)
{
	*out = (struct str){ 0 };
	return kv_get(t, TABLE_PAGE_LENGTHS, key, out, e);
}

int
page_cache_put_blocks(struct kv_txn *t, struct str key, const struct page_cache_block *list,
    size_t n, struct buf *row, struct err *e)
{
	buf_reset(row);
	for (size_t i = 0; i < n; i++) {
		pack_fixed(row, list[i].hash.lo);
		pack_fixed(row, list[i].hash.hi);
		pack_u64(row, list[i].first);
		pack_u64(row, list[i].records);
		pack_u64(row, list[i].text);
	}
	return kv_put(t, TABLE_BLOCK_CACHE, key, buf_view(row), e);
}

bool
page_cache_next_block(struct unpack *u, struct page_cache_block *out)
{
	if (u->bad || u->p == u->end)
		return false;
	out->hash.lo = unpack_fixed(u);
	out->hash.hi = unpack_fixed(u);
	out->first = (uint32_t)unpack_u64(u);
	out->records = (uint32_t)unpack_u64(u);
	out->text = (uint32_t)unpack_u64(u);
	return !u->bad;
}
