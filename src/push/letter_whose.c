#include "push/letter_whose.h"

#include "push/fold_rows.h"
#include "push/owed.h"

static void
add(struct letter_whose *w, unsigned channel, struct str address)
{
	struct str key = owed_key(channel);
	struct buf name = { 0 };
	uint32_t n = intern_add(
	    &w->names, fold_rows_address(&name, key, books_hash(w->x->books, key, address)));

	w->addresses = mem_reach(w->addresses, n, &w->cap, sizeof(*w->addresses));
	w->addresses[n] = str_copy(&w->arena, address);
	buf_release(&name);
}

static int
load(struct letter_whose *w, struct err *e)
{
	struct kv_cursor *c = kv_all(w->x->s->txn, TABLE_OWED, e);
	struct str key, row;
	int rc;

	while ((rc = kv_next(c, &key, &row, e)) > 0)
		if (key.n > 1)
			add(w, (unsigned char)key.p[0], str_from(key, 1));
	kv_cursor_close(c);
	return rc;
}

static int
of_opt_out(
    struct letter_whose *w, struct arena *a, struct str name, struct str *fh_id, struct err *e)
{
	struct journal_field field;
	struct str *ids;
	uint32_t owed;
	size_t n;
	int rc;

	if (!fold_rows_parse_address(name, &field))
		return fold_rows_broken(e);
	rc = books_holder(w->x->books, a, field.key, field.hash, fh_id, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (w->names.n == 0 && load(w, e) < 0)
		return -1;
	owed = intern_find(&w->names, name);
	if (owed == 0)
		return 0;
	if (owed_sharing(w->x, a, field.key, w->addresses[owed], &ids, &n, e) < 0)
		return -1;
	*fh_id = n > 0 ? ids[0] : STR("");
	return 0;
}

int
letter_whose_find(
    struct letter_whose *w, struct arena *a, struct str name, struct str *fh_id, struct err *e)
{
	*fh_id = name.p[0] == 'c' ? str_from(name, 1) : STR("");
	return name.p[0] == 'o' ? of_opt_out(w, a, str_from(name, 1), fh_id, e) : 0;
}

void
letter_whose_release(struct letter_whose *w)
{
	intern_release(&w->names);
	mem_free(w->addresses);
	arena_release(&w->arena);
}
