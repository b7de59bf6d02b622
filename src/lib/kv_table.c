#include "kv_internal.h"

#define WRITING "cannot write the state"

static const struct kv_parts *
parts_of(const struct kv_txn *t, size_t table)
{
	return &t->kv->tables[table];
}

/* The transaction's own cursor over a tree. */
static int
cursor_of(struct kv_txn *t, size_t table, unsigned part, MDB_cursor **out)
{
	MDB_cursor **own = &t->trees[table].own[part];
	int rc = 0;

	if (*own == NULL)
		rc = mdb_cursor_open(t->txn, parts_of(t, table)->dbi[part], own);
	*out = *own;
	return rc;
}

int
kv_key_fits(struct str key, struct err *e)
{
	if (key.n > 0 && key.n <= KV_KEY_MAX)
		return 0;
	return err_set(e, ERR_INTERNAL, "a key of %zu bytes for the state", key.n);
}

static int
check_write(struct kv_txn *t, struct err *e)
{
	if (!t->writable)
		return err_set(e, ERR_INTERNAL, "a write while reading");
	t->writes++;
	return 0;
}

/* Returns 1 found, 0 not in this tree, -1. */
static int
find(
    struct kv_txn *t, size_t table, unsigned part, struct str key, struct str *value, struct err *e)
{
	MDB_val k = kv_val(key), v;
	MDB_cursor *c;
	int rc = cursor_of(t, table, part, &c);

	if (rc == 0)
		rc = mdb_cursor_get(c, &k, &v, MDB_SET);
	if (rc == MDB_NOTFOUND)
		return 0;
	if (kv_done(e, rc, KV_READING) < 0)
		return -1;
	*value = kv_str(v);
	return 1;
}

int
kv_get(struct kv_txn *t, size_t table, struct str key, struct str *value, struct err *e)
{
	int rc = kv_key_fits(key, e);

	/* the few new ones first */
	for (unsigned part = parts_of(t, table)->n; rc == 0 && part-- > 0;)
		rc = find(t, table, part, key, value, e);
	return rc;
}

static int
put(struct kv_txn *t, size_t table, unsigned part, struct str key, struct str value, unsigned flags,
    struct err *e)
{
	MDB_val k = kv_val(key), v = kv_val(value);
	MDB_cursor *c;
	int rc = cursor_of(t, table, part, &c);

	t->written += key.n + value.n;
	if (rc == 0)
		rc = mdb_cursor_put(c, &k, &v, flags);
	return kv_done(e, rc, WRITING);
}

/* Where a key belongs that is in one of two trees, or in none yet. */
static int
choose_part(struct kv_txn *t, size_t table, struct str key, unsigned *part, struct err *e)
{
	unsigned other = t->gathers ? KV_SETTLED : KV_NEW;
	struct str before;
	int rc = find(t, table, other, key, &before, e);

	*part = rc > 0 ? other : KV_PARTS - 1 - other;
	return rc < 0 ? -1 : 0;
}

int
kv_put(struct kv_txn *t, size_t table, struct str key, struct str value, struct err *e)
{
	unsigned part = KV_SETTLED;

	if (check_write(t, e) < 0 || kv_key_fits(key, e) < 0)
		return -1;
	if (parts_of(t, table)->n > 1 && choose_part(t, table, key, &part, e) < 0)
		return -1;
	return put(t, table, part, key, value, 0, e);
}

void
kv_gather(struct kv_txn *t, bool on)
{
	t->gathers = on;
}

int
kv_append(struct kv_txn *t, size_t table, struct str key, struct str value, struct err *e)
{
	if (check_write(t, e) < 0 || kv_key_fits(key, e) < 0)
		return -1;
	return put(t, table, KV_SETTLED, key, value, MDB_APPEND, e);
}

int
kv_del(struct kv_txn *t, size_t table, struct str key, struct err *e)
{
	const struct kv_parts *p = parts_of(t, table);
	MDB_val k = kv_val(key);
	int rc = MDB_NOTFOUND;

	if (check_write(t, e) < 0 || kv_key_fits(key, e) < 0)
		return -1;
	for (unsigned part = p->n; rc == MDB_NOTFOUND && part-- > 0;)
		rc = mdb_del(t->txn, p->dbi[part], &k, NULL);
	if (rc == MDB_NOTFOUND)
		return 0;
	return kv_done(e, rc, WRITING) < 0 ? -1 : 1;
}

int
kv_clear(struct kv_txn *t, size_t table, struct err *e)
{
	const struct kv_parts *p = parts_of(t, table);
	int rc = 0;

	if (check_write(t, e) < 0)
		return -1;
	for (unsigned part = 0; rc == 0 && part < p->n; part++)
		rc = mdb_drop(t->txn, p->dbi[part], 0);
	return kv_done(e, rc, WRITING);
}

/* Entries of the trees from ${part} on. */
static int
count_from(struct kv_txn *t, size_t table, unsigned part, uint64_t *n, struct err *e)
{
	const struct kv_parts *p = parts_of(t, table);
	MDB_stat shape;
	int rc = 0;

	for (*n = 0; rc == 0 && part < p->n; part++) {
		rc = mdb_stat(t->txn, p->dbi[part], &shape);
		if (rc == 0)
			*n += shape.ms_entries;
	}
	return kv_done(e, rc, KV_READING);
}

int
kv_count(struct kv_txn *t, size_t table, uint64_t *n, struct err *e)
{
	return count_from(t, table, KV_SETTLED, n, e);
}

int
kv_gathered(struct kv_txn *t, size_t table, uint64_t *n, struct err *e)
{
	return count_from(t, table, KV_NEW, n, e);
}

int
kv_settle(struct kv_txn *t, size_t table, struct err *e)
{
	const struct kv_parts *p = parts_of(t, table);
	struct buf copy = { 0 };
	MDB_cursor *from;
	MDB_val k, v;
	int rc;

	if (p->n < 2)
		return 0;
	if (check_write(t, e) < 0 || kv_done(e, cursor_of(t, table, KV_NEW, &from), WRITING) < 0)
		return -1;
	rc = mdb_cursor_get(from, &k, &v, MDB_FIRST);
	while (rc == 0) {
		buf_reset(&copy);
		buf_add(&copy, k.mv_data, k.mv_size);
		buf_add(&copy, v.mv_data, v.mv_size);
		if (put(t, table, KV_SETTLED, str_of(copy.p, k.mv_size),
		        str_of(copy.p + k.mv_size, v.mv_size), 0, e) < 0)
			break;
		rc = mdb_cursor_get(from, &k, &v, MDB_NEXT);
	}
	buf_release(&copy);
	if (rc == 0)
		return -1;
	if (rc == MDB_NOTFOUND)
		rc = mdb_drop(t->txn, p->dbi[KV_NEW], 0);
	return kv_done(e, rc, WRITING);
}
