#include "state/origins.h"

#include "base/pack.h"

/* No snapshot has the number 0: the base and its pages stand there. */
static struct str
key_of(struct buf *key, uint32_t snapshot, uint32_t page, uint32_t index)
{
	buf_reset(key);
	pack_key_u32(key, snapshot);
	pack_key_u32(key, page);
	pack_key_u32(key, index);
	return buf_view(key);
}

/* Returns 1 with the row, 0, -1. */
static int
find(struct state *s, uint32_t snapshot, uint32_t page, uint32_t index, struct str *row,
    struct err *e)
{
	struct buf key = { 0 };
	int rc = kv_get(s->txn, TABLE_ORIGINS, key_of(&key, snapshot, page, index), row, e);

	buf_release(&key);
	return rc;
}

static int
put(struct state *s, uint32_t snapshot, uint32_t page, uint32_t index, struct buf *row,
    struct err *e)
{
	struct buf key = { 0 };
	int rc =
	    kv_put(s->txn, TABLE_ORIGINS, key_of(&key, snapshot, page, index), buf_view(row), e);

	buf_release(&key);
	buf_release(row);
	return rc;
}

int
origins_base(struct state *s, struct origins_base *out, struct err *e)
{
	struct unpack u;
	struct str row;
	int rc = find(s, 0, 0, 0, &row, e);

	*out = (struct origins_base){ .number = 0 };
	if (rc <= 0)
		return rc;
	u = unpack_of(row);
	out->id = unpack_text(&u);
	out->number = (uint32_t)unpack_u64(&u);
	return u.bad || u.p != u.end ? state_broken(e, "the base of the state") : 1;
}

static int
find_page(struct state *s, uint32_t n, struct origin *out, struct err *e)
{
	struct unpack u;
	struct str row;
	int rc = find(s, 0, 1, n, &row, e);

	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(e, "a page of the base");
	u = unpack_of(row);
	out->path = unpack_text(&u);
	out->sha256 = unpack_text(&u);
	out->resource = (enum resource)unpack_u64(&u);
	return u.bad || u.p != u.end ? state_broken(e, "a page of the base") : 1;
}

int
origins_find(struct state *s, struct place place, struct origin *out, struct err *e)
{
	struct origins_base base;
	struct unpack u;
	struct str row;
	uint32_t n;
	int rc = find(s, place.snapshot, place.page, place.index, &row, e);

	if (rc <= 0)
		return rc;
	u = unpack_of(row);
	n = (uint32_t)unpack_u64(&u);
	*out = (struct origin){ .index = (uint32_t)unpack_u64(&u) };
	if (u.bad || u.p != u.end)
		return state_broken(e, "the origin of a record");
	rc = origins_base(s, &base, e);
	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(e, "the base of the state");
	out->base = base.id;
	return find_page(s, n, out, e);
}

int
origins_begin(struct state *s, const struct origins_base *base, struct err *e)
{
	struct buf row = { 0 };

	if (kv_clear(s->txn, TABLE_ORIGINS, e) < 0)
		return -1;
	pack_text(&row, base->id);
	pack_u64(&row, base->number);
	return put(s, 0, 0, 0, &row, e);
}

int
origins_page(struct state *s, uint32_t n, struct str path, struct str sha256,
    enum resource resource, struct err *e)
{
	struct buf row = { 0 };

	pack_text(&row, path);
	pack_text(&row, sha256);
	pack_u64(&row, resource);
	return put(s, 0, 1, n, &row, e);
}

int
origins_put(struct state *s, struct place place, uint32_t n, uint32_t index, struct err *e)
{
	struct buf row = { 0 };

	pack_u64(&row, n);
	pack_u64(&row, index);
	return put(s, place.snapshot, place.page, place.index, &row, e);
}
