#include "kv_internal.h"

#include <string.h>

#include "base/arena.h"

#define READING "cannot read the state"
#define WRITING "cannot write the state"

struct kv_cur {
	struct kv_txn *txn;
	MDB_cursor *cursor;
	bool ended;
	uint64_t writes;      /* of the transaction when it came here */
	size_t n;	      /* of key; 0 if reading only, or nowhere yet */
	char key[KV_KEY_MAX]; /* where it is */
};

static MDB_val
val_of(struct str s)
{
	return (MDB_val){ s.n, (void *)(uintptr_t)s.p }; /* only read */
}

static struct str
str_of_val(MDB_val v)
{
	return (struct str){ v.mv_data, v.mv_size };
}

/* The transaction's own cursor over a table. */
static int
cursor_of(struct kv_txn *t, size_t table, MDB_cursor **out)
{
	int rc = 0;

	if (t->cursors[table] == NULL)
		rc = mdb_cursor_open(
		    t->txn, t->kv->tables[table], &t->cursors[table]);
	*out = t->cursors[table];
	return rc;
}

static int
check_key(struct str key, struct err *e)
{
	if (key.n > 0 && key.n <= KV_KEY_MAX)
		return 0;
	return err_set(
	    e, ERR_INTERNAL, "a key of %zu bytes for the state", key.n);
}

static int
check_write(struct kv_txn *t, struct err *e)
{
	if (!t->writable)
		return err_set(e, ERR_INTERNAL, "a write while reading");
	t->writes++;
	return 0;
}

int
kv_get(struct kv_txn *t, size_t table, struct str key, struct str *value,
    struct err *e)
{
	MDB_val k = val_of(key), v;
	MDB_cursor *c;
	int rc;

	if (check_key(key, e) < 0)
		return -1;
	rc = cursor_of(t, table, &c);
	if (rc == 0)
		rc = mdb_cursor_get(c, &k, &v, MDB_SET);
	if (rc == MDB_NOTFOUND)
		return 0;
	if (kv_done(e, rc, READING) < 0)
		return -1;
	*value = str_of_val(v);
	return 1;
}

static int
put(struct kv_txn *t, size_t table, struct str key, struct str value,
    unsigned flags, struct err *e)
{
	MDB_val k = val_of(key), v = val_of(value);
	MDB_cursor *c;
	int rc;

	if (check_write(t, e) < 0 || check_key(key, e) < 0)
		return -1;
	t->written += key.n + value.n;
	rc = cursor_of(t, table, &c);
	if (rc == 0)
		rc = mdb_cursor_put(c, &k, &v, flags);
	return kv_done(e, rc, WRITING);
}

int
kv_put(struct kv_txn *t, size_t table, struct str key, struct str value,
    struct err *e)
{
	return put(t, table, key, value, 0, e);
}

int
kv_append(struct kv_txn *t, size_t table, struct str key, struct str value,
    struct err *e)
{
	return put(t, table, key, value, MDB_APPEND, e);
}

int
kv_del(struct kv_txn *t, size_t table, struct str key, struct err *e)
{
	MDB_val k = val_of(key);
	int rc;

	if (check_write(t, e) < 0 || check_key(key, e) < 0)
		return -1;
	rc = mdb_del(t->txn, t->kv->tables[table], &k, NULL);
	if (rc == MDB_NOTFOUND)
		return 0;
	return kv_done(e, rc, WRITING) < 0 ? -1 : 1;
}

int
kv_clear(struct kv_txn *t, size_t table, struct err *e)
{
	if (check_write(t, e) < 0)
		return -1;
	return kv_done(e, mdb_drop(t->txn, t->kv->tables[table], 0), WRITING);
}

int
kv_count(struct kv_txn *t, size_t table, uint64_t *n, struct err *e)
{
	MDB_stat shape;
	int rc = mdb_stat(t->txn, t->kv->tables[table], &shape);

	if (rc == 0)
		*n = shape.ms_entries;
	return kv_done(e, rc, READING);
}

struct kv_cur *
kv_cursor(struct kv_txn *t, size_t table, struct err *e)
{
	MDB_cursor *cursor;
	struct kv_cur *c;
	int rc = mdb_cursor_open(t->txn, t->kv->tables[table], &cursor);

	if (kv_done(e, rc, READING) < 0)
		return NULL;
	c = mem_zero(1, sizeof(*c));
	c->txn = t;
	c->cursor = cursor;
	return c;
}

/* A step to where ${op} leads, from ${from} if that is how it works. */
static int
step(struct kv_cur *c, MDB_cursor_op op, struct str from, struct str *key,
    struct str *value, struct err *e)
{
	MDB_val k = val_of(from), v;
	int rc = mdb_cursor_get(c->cursor, &k, &v, op);

	c->ended = rc == MDB_NOTFOUND;
	if (c->ended)
		return 0;
	if (kv_done(e, rc, READING) < 0)
		return -1;
	*key = str_of_val(k);
	*value = str_of_val(v);
	if (c->txn->writable) {
		memcpy(c->key, key->p, key->n);
		c->n = key->n;
		c->writes = c->txn->writes;
	}
	return 1;
}

int
kv_seek(struct kv_cur *c, struct str from, struct str *key, struct str *value,
    struct err *e)
{
	if (from.n == 0)
		return step(c, MDB_FIRST, from, key, value, e);
	if (check_key(from, e) < 0)
		return -1;
	return step(c, MDB_SET_RANGE, from, key, value, e);
}

int
kv_next(struct kv_cur *c, struct str *key, struct str *value, struct err *e)
{
	char at[KV_KEY_MAX];
	struct str was = { at, c->n };

	if (c->ended)
		return 0;
	if (c->n > 0 && c->writes != c->txn->writes) {
		int rc;

		memcpy(at, c->key, c->n);
		rc = step(c, MDB_SET_RANGE, was, key, value, e);
		if (rc <= 0 || !str_eq(*key, was))
			return rc;
	}
	return step(c, MDB_NEXT, STR(""), key, value, e);
}

int
kv_last(struct kv_cur *c, struct str *key, struct str *value, struct err *e)
{
	return step(c, MDB_LAST, STR(""), key, value, e);
}

void
kv_cursor_close(struct kv_cur *c)
{
	if (c == NULL)
		return;
	mdb_cursor_close(c->cursor);
	mem_free(c);
}
