#include "bases/fold_digest.h"

#include "base/pack.h"

static void
add_text(struct sha256_stream *sha, struct str s)
{
	struct buf b = { 0 };

	pack_key_u32(&b, (uint32_t)s.n);
	sha256_add(sha, b.p, b.n);
	sha256_add(sha, s.p, s.n);
	buf_release(&b);
}

static int
add_table(struct state *s, size_t table, struct sha256_stream *sha, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, table, e);
	const char *name = table_names()[table];
	struct str key, row;
	int rc;

	sha256_add(sha, name, strlen(name) + 1);
	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		add_text(sha, key);
		add_text(sha, row);
	}
	kv_cursor_close(c);
	return rc;
}

int
fold_digest(struct state *s, struct sha256 *out, struct err *e)
{
	struct sha256_stream *sha = sha256_new();
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < TABLE_COUNT; i++)
		if (i != TABLE_ORIGINS)
			rc = add_table(s, i, sha, e);
	*out = sha256_done(sha);
	return rc;
}

/* Returns 1, 0, -1. */
static int
is_same_table(struct state *x, struct state *y, size_t table, struct err *e)
{
	struct kv_cursor *c = kv_all(x->txn, table, e), *d = kv_all(y->txn, table, e);
	struct str key[2], row[2];
	int rc[2];

	do {
		rc[0] = kv_next(c, &key[0], &row[0], e);
		rc[1] = rc[0] < 0 ? -1 : kv_next(d, &key[1], &row[1], e);
	} while (rc[0] > 0 && rc[1] > 0 && str_eq(key[0], key[1]) && str_eq(row[0], row[1]));
	kv_cursor_close(c);
	kv_cursor_close(d);
	if (rc[0] < 0 || rc[1] < 0)
		return -1;
	return rc[0] == 0 && rc[1] == 0;
}

int
fold_digest_same(struct state *x, struct state *y, const char **where, struct err *e)
{
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		int rc = i == TABLE_ORIGINS ? 1 : is_same_table(x, y, i, e);

		*where = table_names()[i];
		if (rc <= 0)
			return rc;
	}
	return 1;
}
