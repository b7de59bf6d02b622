#include "kv_internal.h"

#include <string.h>

#include "base/arena.h"

/* Where the cursor stands in one tree. */
struct standing_at {
	MDB_cursor *cursor;
	struct str key, value;
	bool is_there; /* else beyond the last one */
};

struct kv_cur {
	struct kv_txn *txn;
	struct standing_at parts[KV_PARTS];
	unsigned n, here; /* trees; the one that gave the entry in hand */
	bool is_placed, ended;
	uint64_t writes;      /* of the transaction when it came here */
	size_t key_n;         /* of key; 0 if reading only, or nowhere yet */
	char key[KV_KEY_MAX]; /* where it is */
};

struct kv_cur *
kv_cursor(struct kv_txn *t, size_t table, struct err *e)
{
	const struct kv_parts *trees = &t->kv->tables[table];
	struct kv_cur *c = mem_zero(1, sizeof(*c));
	int rc = 0;

	c->txn = t;
	for (; rc == 0 && c->n < trees->n; c->n++)
		rc = mdb_cursor_open(t->txn, trees->dbi[c->n], &c->parts[c->n].cursor);
	if (kv_done(e, rc, KV_READING) == 0)
		return c;
	kv_cursor_close(c);
	return NULL;
}

static int
move(struct standing_at *at, MDB_cursor_op op, struct str from, struct err *e)
{
	MDB_val k = kv_val(from), v;
	int rc = mdb_cursor_get(at->cursor, &k, &v, op);

	at->is_there = rc == 0;
	if (rc == MDB_NOTFOUND)
		return 0;
	if (kv_done(e, rc, KV_READING) < 0)
		return -1;
	at->key = kv_str(k);
	at->value = kv_str(v);
	return 0;
}

static int
move_all(struct kv_cur *c, MDB_cursor_op op, struct str from, struct err *e)
{
	c->is_placed = true;
	for (unsigned i = 0; i < c->n; i++)
		if (move(&c->parts[i], op, from, e) < 0)
			return -1;
	return 0;
}

/* The entry of one tree. */
static int
take(struct kv_cur *c, unsigned part, struct str *key, struct str *value)
{
	const struct standing_at *at = &c->parts[part];

	c->ended = !at->is_there;
	if (c->ended)
		return 0;
	c->here = part;
	*key = at->key;
	*value = at->value;
	if (c->txn->writable) {
		memcpy(c->key, key->p, key->n);
		c->key_n = key->n;
		c->writes = c->txn->writes;
	}
	return 1;
}

/* The least of where it stands. */
static int
take_least(struct kv_cur *c, struct str *key, struct str *value)
{
	unsigned least = 0;

	for (unsigned i = 1; i < c->n; i++)
		if (c->parts[i].is_there && (!c->parts[least].is_there ||
		                                str_cmp(c->parts[i].key, c->parts[least].key) < 0))
			least = i;
	return take(c, least, key, value);
}

int
kv_seek(struct kv_cur *c, struct str from, struct str *key, struct str *value, struct err *e)
{
	if (from.n > 0 && kv_key_fits(from, e) < 0)
		return -1;
	if (move_all(c, from.n == 0 ? MDB_FIRST : MDB_SET_RANGE, from, e) < 0)
		return -1;
	return take_least(c, key, value);
}

/* Every tree to what follows the key in hand, whatever was written meanwhile.
 */
static int
find_place(struct kv_cur *c, struct err *e)
{
	struct str was = { c->key, c->key_n };

	if (move_all(c, MDB_SET_RANGE, was, e) < 0)
		return -1;
	for (unsigned i = 0; i < c->n; i++) {
		struct standing_at *at = &c->parts[i];

		if (at->is_there && str_eq(at->key, was) && move(at, MDB_NEXT, STR(""), e) < 0)
			return -1;
	}
	return 0;
}

int
kv_next(struct kv_cur *c, struct str *key, struct str *value, struct err *e)
{
	int rc;

	if (c->ended)
		return 0;
	if (!c->is_placed)
		rc = move_all(c, MDB_FIRST, STR(""), e);
	else if (c->key_n > 0 && c->writes != c->txn->writes)
		rc = find_place(c, e);
	else
		rc = move(&c->parts[c->here], MDB_NEXT, STR(""), e);
	return rc < 0 ? -1 : take_least(c, key, value);
}

int
kv_last(struct kv_cur *c, struct str *key, struct str *value, struct err *e)
{
	unsigned last = 0;
	int rc;

	if (move_all(c, MDB_LAST, STR(""), e) < 0)
		return -1;
	for (unsigned i = 1; i < c->n; i++)
		if (c->parts[i].is_there &&
		    (!c->parts[last].is_there || str_cmp(c->parts[i].key, c->parts[last].key) > 0))
			last = i;
	rc = take(c, last, key, value);
	/* nothing follows, in whatever tree */
	for (unsigned i = 0; i < c->n; i++)
		c->parts[i].is_there = false;
	return rc;
}

void
kv_cursor_close(struct kv_cur *c)
{
	if (c == NULL)
		return;
	for (unsigned i = 0; i < c->n; i++)
		if (c->parts[i].cursor != NULL)
			mdb_cursor_close(c->parts[i].cursor);
	mem_free(c);
}
