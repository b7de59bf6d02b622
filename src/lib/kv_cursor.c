#include "kv_internal.h"

#include "base/arena.h"

struct kv_cursor {
	struct kv_walk walk;
	bool is_placed, ended;
	uint64_t writes;         /* of the transaction when it came here */
	size_t key_n, prefix_n;  /* key_n is 0 if reading only, or nowhere yet */
	char key[KV_KEY_MAX];    /* where it is, as it lies in the store */
	char prefix[KV_KEY_MAX]; /* of all the keys it gives */
	struct kv_table_key room;
};

static int
check_length(struct str key, struct err *e)
{
	if (key.n <= KV_KEY_MAX)
		return 0;
	return err_set(e, ERR_INTERNAL, "a key of %zu bytes for the state", key.n);
}

static struct str
prefix_of(const struct kv_cursor *c)
{
	return str_of(c->prefix, c->prefix_n);
}

struct kv_cursor *
kv_scan(struct kv_txn *t, size_t table, struct str prefix, struct err *e)
{
	struct kv_cursor *c;
	struct kv_walk walk;

	if (check_length(prefix, e) < 0 || kv_walk_open(&walk, t, table, e) < 0)
		return NULL;
	if (prefix.n > walk.table->id_at) {
		err_set(e, ERR_INTERNAL, "a prefix of ids in '%s'", walk.table->name);
		kv_walk_close(&walk);
		return NULL;
	}
	if (walk.over != NULL && walk.table->is_private) {
		err_set(e, ERR_INTERNAL, "a view of '%s'", walk.table->name);
		kv_walk_close(&walk);
		return NULL;
	}
	c = mem_alloc(sizeof(*c));
	c->walk = walk;
	c->is_placed = c->ended = false;
	c->key_n = 0;
	c->prefix_n = prefix.n;
	memcpy(c->prefix, prefix.n > 0 ? prefix.p : "", prefix.n);
	return c;
}

/* A writing transaction's cursor keeps the key it is at: it has to outlive the next write. */
static int
move(struct kv_cursor *c, enum kv_move how, struct str from, struct str *key, struct str *value,
    struct err *e)
{
	int rc = kv_merged_move(&c->walk, how, from, key, value, e);

	while (rc > 0 && !kv_table_has(c->walk.table, *key))
		rc = kv_merged_move(&c->walk, KV_ON, STR(""), key, value, e);
	c->is_placed = true;
	c->ended = rc == 0 || (rc > 0 && !str_starts(*key, prefix_of(c)));
	if (rc > 0 && c->walk.is_writable) {
		memmove(c->key, key->p, key->n);
		c->key_n = key->n;
		c->writes = *c->walk.writes;
	}
	return rc < 0 ? -1 : !c->ended;
}

/* What a move found, as the caller knows it. */
static int
show(struct kv_cursor *c, int rc, struct str stored, struct str *key, struct err *e)
{
	if (rc <= 0 || key == NULL)
		return rc;
	return kv_table_key(c->walk.table, stored, &c->room, key) ? 1 : kv_walk_broken(e);
}

static int
seek(struct kv_cursor *c, struct str from, struct str *stored, struct str *value, struct err *e)
{
	if (str_cmp(from, prefix_of(c)) < 0)
		from = prefix_of(c);
	return move(c, from.n == 0 ? KV_TO_FIRST : KV_TO_KEY, from, stored, value, e);
}

int
kv_seek(struct kv_cursor *c, struct str from, struct str *key, struct str *value, struct err *e)
{
	struct kv_table_key room;
	struct str stored;

	if (c == NULL || check_length(from, e) < 0)
		return -1;
	stored = from.n == 0 ? from : kv_table_stored(c->walk.table, from, &room);
	if (check_length(stored, e) < 0)
		return -1;
	return show(c, seek(c, stored, &stored, value, e), stored, key, e);
}

/* Something was written since it came here: to what follows its key now. */
static int
find_again(struct kv_cursor *c, struct str *stored, struct str *value, struct err *e)
{
	char at[KV_KEY_MAX];
	struct str was = { at, c->key_n };
	int rc;

	memcpy(at, c->key, c->key_n);
	rc = move(c, KV_TO_KEY, was, stored, value, e);
	return rc > 0 && str_eq(*stored, was) ? move(c, KV_ON, STR(""), stored, value, e) : rc;
}

int
kv_next_stored(struct kv_cursor *c, struct str *key, struct str *value, struct err *e)
{
	if (c == NULL || c->ended)
		return c == NULL ? -1 : 0;
	if (!c->is_placed)
		return seek(c, prefix_of(c), key, value, e);
	if (c->key_n == 0 || c->writes == *c->walk.writes)
		return move(c, KV_ON, STR(""), key, value, e);
	return find_again(c, key, value, e);
}

int
kv_next(struct kv_cursor *c, struct str *key, struct str *value, struct err *e)
{
	struct str stored = STR("");
	int rc = kv_next_stored(c, &stored, value, e);

	return show(c, rc, stored, key, e);
}

int
kv_back(struct kv_cursor *c, struct str *value, struct err *e)
{
	struct str key;
	int rc;

	if (c == NULL || c->ended)
		return c == NULL ? -1 : 0;
	if (c->prefix_n > 0 || c->walk.table->part != 0 || c->walk.is_writable)
		return err_set(e, ERR_INTERNAL, "a walk back in '%s'", c->walk.table->name);
	rc = kv_walk_move(&c->walk, c->is_placed ? KV_BACK : KV_TO_LAST, STR(""), &key, value, e);
	c->is_placed = true;
	c->ended = rc == 0;
	return rc;
}

void
kv_cursor_close(struct kv_cursor *c)
{
	if (c != NULL)
		kv_walk_close(&c->walk);
	mem_free(c);
}

int
kv_count(struct kv_txn *t, size_t table, uint64_t *n, struct err *e)
{
	struct kv_cursor *c = kv_all(t, table, e);
	struct kv_walk_shape shape;
	struct str value;
	int rc = c == NULL ? -1 : 0;

	if (c != NULL && c->walk.table->part == 0 && c->walk.over == NULL) {
		(void)kv_walk_fill(t, table, &shape);
		*n = shape.entries;
	} else {
		for (*n = 0; (rc = kv_next(c, NULL, &value, e)) > 0; ++*n)
			continue;
	}
	kv_cursor_close(c);
	return rc;
}
