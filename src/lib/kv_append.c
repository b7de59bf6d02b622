#include "kv_internal.h"

#include "base/arena.h"

/*
 * LMDB fills the pages of rows that are appended to the last byte, so the first row that comes
 * between two of them later splits its page, and whatever branches lie above are as full.  Where
 * room is to be left, a row that takes up what is left of a page makes the next one begin another;
 * then it goes.  Its key lies between theirs.
 */

#define HEAD 16      /* bytes of a page before its rows */
#define NODE (8 + 2) /* bytes of a row beside key and value */
#define LARGE 2      /* a page holds so many rows at least; larger ones lie elsewhere */
#define REFERENCE 8  /* where */

static void
note(struct kv_fill *f, size_t table, const struct kv_walk_shape *shape, struct str key,
    uint64_t bytes)
{
	uint64_t size = NODE + bytes + bytes % 2;

	if (size > (shape->page - HEAD) / LARGE)
		size = NODE + key.n + REFERENCE;
	if (f->table == table && f->leaves != 0 && f->leaves == shape->leaves)
		f->used += (size_t)size;
	else
		f->used = (size_t)size;
	f->table = table;
	f->leaves = shape->leaves;
	memcpy(f->key, key.p, key.n);
	f->key_n = key.n;
}

/* Take up what is left of the page if that is to be its room, before the row of ${next}. Returns 1
 * and the key of what does so, 0, -1. */
static int
take_up(struct kv_txn *t, size_t table, struct str next, struct str *filler, struct err *e)
{
	struct kv_walk_shape shape;
	struct kv_fill *f = kv_walk_fill(t, table, &shape);
	size_t left, key_n = f->key_n + 1;
	char *zeros;
	int rc;

	if (shape.room == 0 || f->table != table || f->leaves != shape.leaves || f->leaves == 0 ||
	    f->used + shape.room + HEAD <= shape.page || key_n > KV_KEY_MAX)
		return 0;
	f->key[key_n - 1] = '\0';
	*filler = str_of(f->key, key_n);
	if (str_cmp(*filler, next) >= 0)
		return 0;
	left = shape.page > f->used + HEAD + NODE + key_n
	           ? shape.page - f->used - HEAD - NODE - key_n
	           : 0;
	zeros = mem_zero(left + 1, 1);
	rc = kv_walk_append(t, table, *filler, str_of(zeros, left), e);
	mem_free(zeros);
	return rc < 0 ? -1 : 1;
}

int
kv_append(struct kv_txn *t, size_t table, struct str key, struct str value, struct err *e)
{
	struct kv_walk_shape shape;
	struct str filler;
	uint64_t before;
	int rc = take_up(t, table, key, &filler, e);

	before = kv_written(t);
	if (rc < 0 || kv_walk_append(t, table, key, value, e) < 0)
		return -1;
	before = kv_written(t) - before;
	if (rc > 0 && kv_del(t, table, filler, e) < 0)
		return -1;
	note(kv_walk_fill(t, table, &shape), table, &shape, key, before);
	return 0;
}
