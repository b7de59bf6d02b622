#include "state/page_cache.h"

#include "base/pack.h"
#include "state/tables.h"
#include "snapshot/page.h"
#include "lib/hash.h"
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

void
page_cache_hashes(struct str row, struct hash *hashes)
{
	struct unpack u = unpack_of(row);

	for (size_t i = 0; i < page_cache_n(row); i++) {
		hashes[i].lo = unpack_fixed(&u);
		hashes[i].hi = unpack_fixed(&u);
	}
}

int
page_cache_put(struct kv_txn *t, struct str key, const struct hash *hashes, size_t n,
    struct buf *row, struct err *e)
{
	buf_reset(row);
	for (size_t i = 0; i < n; i++) {
		pack_fixed(row, hashes[i].lo);
		pack_fixed(row, hashes[i].hi);
	}
	return kv_put(t, TABLE_PAGE_CACHE, key, buf_view(row), e);
}
