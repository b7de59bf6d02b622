#include "push/view.h"

#include "base/dir.h"
#include "base/file.h"

static const struct kv_table tables[] = {
#define X(table, title) { .name = title, KV_PLAIN },
	VIEW_TABLES(X)
#undef X
};

static void
close_store(struct view *v)
{
	kv_abort(v->txn);
	kv_close(v->kv);
	v->txn = NULL;
	v->kv = NULL;
}

static int
open_store(struct view *v, const char *dir, struct err *e)
{
	v->kv = kv_open(dir, tables, VIEW_COUNT, v->writable ? KV_WRITE : KV_READ, e);
	if (v->kv != NULL)
		v->txn = kv_begin(v->kv, false, e);
	if (v->txn != NULL)
		return 0;
	close_store(v);
	return -1;
}

static int
make_store(struct view *v, const char *dir, struct err *e)
{
	if (dir_remove(dir, e) < 0 || dir_make(dir, e) < 0)
		return -1;
	return open_store(v, dir, e);
}

int
view_open(struct view *v, const char *account, bool writable, struct err *e)
{
	struct err why = ERR_INIT;
	struct arena a = { 0 };
	char *dir = file_join(&a, account, "state");
	int rc = 0;

	*v = (struct view){ .writable = writable };
	if (open_store(v, dir, &why) < 0 && writable)
		rc = make_store(v, dir, e);
	arena_release(&a);
	return rc;
}

int
view_empty(struct view *v, const char *account, struct err *e)
{
	bool writable = v->writable;
	struct arena a = { 0 };
	int rc = 0;

	view_close(v);
	v->writable = writable;
	if (writable)
		rc = make_store(v, file_join(&a, account, "state"), e);
	arena_release(&a);
	return rc;
}

int
view_get(struct view *v, enum view_table table, struct str key, struct str *row, struct err *e)
{
	const struct view_changes *c = &v->changes[table];
	uint32_t i = intern_find(&c->keys, key);

	if (i != 0) {
		*row = c->rows[i];
		return row->p != NULL;
	}
	return v->kv == NULL ? 0 : kv_get(v->txn, table, key, row, e);
}

static void
change(struct view *v, enum view_table table, struct str key, struct str row)
{
	struct view_changes *c = &v->changes[table];
	uint32_t i = intern_add(&c->keys, key);

	c->rows = mem_reach(c->rows, i, &c->cap, sizeof(*c->rows));
	c->rows[i] = row;
	v->changed++;
}

void
view_put(struct view *v, enum view_table table, struct str key, struct str row)
{
	change(v, table, key,
	    row.n == 0 ? STR("") : str_of(arena_bytes(&v->arena, row.p, row.n), row.n));
}

void
view_del(struct view *v, enum view_table table, struct str key)
{
	change(v, table, key, (struct str){ 0 });
}

static int
store(struct kv_txn *t, enum view_table table, const struct view_changes *c, struct err *e)
{
	uint32_t n, *sorted = intern_sorted(&c->keys, &n);
	int rc = 0;

	for (uint32_t i = 0; rc >= 0 && i < n; i++) {
		struct str key = c->keys.texts[sorted[i]], row = c->rows[sorted[i]];

		rc = row.p == NULL ? kv_del(t, table, key, e) : kv_put(t, table, key, row, e);
	}
	mem_free(sorted);
	return rc < 0 ? -1 : 0;
}

static void
forget_changes(struct view *v)
{
	for (size_t i = 0; i < VIEW_COUNT; i++)
		intern_reset(&v->changes[i].keys);
	arena_reset(&v->arena);
	v->changed = 0;
}

/* Also after a failure: what was stored before, and all that changed, can still be read. */
static int
begin_reading(struct view *v, int rc, struct err *e)
{
	struct err ignored = ERR_INIT;

	v->txn = kv_begin(v->kv, false, rc < 0 ? &ignored : e);
	if (v->txn != NULL)
		return rc;
	close_store(v);
	v->writable = false;
	return -1;
}

int
view_flush(struct view *v, struct err *e)
{
	struct kv_txn *t;
	int rc;

	if (!v->writable || v->changed == 0)
		return 0;
	kv_abort(v->txn);
	v->txn = NULL;
	t = kv_begin(v->kv, true, e);
	rc = t == NULL ? -1 : 0;
	for (unsigned i = 0; rc == 0 && i < VIEW_COUNT; i++)
		rc = store(t, (enum view_table)i, &v->changes[i], e);
	if (rc < 0)
		kv_abort(t);
	else
		rc = kv_commit(t, e);
	if (rc < 0)
		err_wrap(e, "push/state");
	if (rc == 0)
		forget_changes(v);
	return begin_reading(v, rc, e);
}

struct view_cursor
view_all(struct view *v, enum view_table table, struct err *e)
{
	struct view_cursor c = { .v = v,
		.table = table,
		.stored = v->kv == NULL ? NULL : kv_all(v->txn, table, e),
		.has_end = v->kv == NULL };

	c.sorted = intern_sorted(&v->changes[table].keys, &c.count);
	return c;
}

/* The next stored row that did not change. */
static int
find_stored(struct view_cursor *c, struct err *e)
{
	const struct intern *changed = &c->v->changes[c->table].keys;

	while (!c->has_row && !c->has_end) {
		int rc = kv_next(c->stored, &c->key, &c->row, e);

		if (rc < 0)
			return -1;
		c->has_end = rc == 0;
		c->has_row = rc > 0 && intern_find(changed, c->key) == 0;
	}
	return 0;
}

int
view_next(struct view_cursor *c, struct str *key, struct str *row, struct err *e)
{
	const struct view_changes *x = &c->v->changes[c->table];
	bool is_change;

	if (find_stored(c, e) < 0)
		return -1;
	while (c->next < c->count && x->rows[c->sorted[c->next]].p == NULL)
		c->next++;
	is_change = c->next < c->count;
	if (is_change && c->has_row)
		is_change = str_cmp(x->keys.texts[c->sorted[c->next]], c->key) < 0;
	if (!is_change && !c->has_row)
		return 0;
	*key = is_change ? x->keys.texts[c->sorted[c->next]] : c->key;
	*row = is_change ? x->rows[c->sorted[c->next++]] : c->row;
	c->has_row = c->has_row && is_change;
	return 1;
}

void
view_end(struct view_cursor *c)
{
	kv_cursor_close(c->stored);
	mem_free(c->sorted);
}

int
view_keys(struct arena *a, struct view *v, enum view_table table, struct str **list, size_t *n,
    struct err *e)
{
	struct view_cursor c = view_all(v, table, e);
	struct str key, row;
	size_t cap = 0;
	int rc;

	*list = NULL;
	*n = 0;
	while ((rc = view_next(&c, &key, &row, e)) > 0) {
		*list = arena_grow(a, *list, *n, &cap, sizeof(**list));
		(*list)[(*n)++] = str_copy(a, key);
	}
	view_end(&c);
	return rc;
}

void
view_close(struct view *v)
{
	close_store(v);
	for (size_t i = 0; i < VIEW_COUNT; i++) {
		intern_release(&v->changes[i].keys);
		mem_free(v->changes[i].rows);
	}
	arena_release(&v->arena);
	*v = (struct view){ 0 };
}
