#include "push/former.h"

#include "base/pack.h"

void
former_put(struct fold *f, const struct journal_line *x)
{
	if (x->fields_n != FORMER_FIELDS || !str_eq(x->fields[0].key, FORMER_DSID))
		return;
	buf_reset(&f->row);
	pack_fixed(&f->row, x->fields[1].hash);
	view_put(f->view, VIEW_FORMER, fold_rows_address(&f->key, FORMER_DSID, x->fields[0].hash),
	    buf_view(&f->row));
}

/* No dsid has a colon in it. */
bool
former_line(struct str key, struct str row, struct journal_field out[FORMER_FIELDS])
{
	struct unpack u = unpack_of(row);

	out[1] = (struct journal_field){ FORMER_WHOSE, unpack_fixed(&u) };
	return fold_rows_parse_address(key, &out[0]) && !u.bad;
}

int
former_find(
    struct view *v, const struct journal_field asked[FORMER_FIELDS], bool *is_theirs, struct err *e)
{
	struct journal_field known[FORMER_FIELDS];
	struct buf b = { 0 };
	struct str key = fold_rows_address(&b, FORMER_DSID, asked[0].hash), row;
	int rc = view_get(v, VIEW_FORMER, key, &row, e);

	*is_theirs = false;
	if (rc > 0 && !former_line(key, row, known))
		rc = fold_rows_broken(e);
	if (rc > 0)
		*is_theirs = known[1].hash == asked[1].hash;
	buf_release(&b);
	return rc;
}

int
former_forget(struct view *v, uint64_t *n, struct err *e)
{
	struct journal_field ignored[FORMER_FIELDS];
	struct arena a = { 0 };
	struct str *keys, row;
	size_t keys_n;
	int rc = view_keys(&a, v, VIEW_FORMER, &keys, &keys_n, e);

	*n = 0;
	for (size_t i = 0; rc >= 0 && i < keys_n; i++) {
		rc = view_get(v, VIEW_FORMER, keys[i], &row, e);
		if (rc <= 0 || !former_line(keys[i], row, ignored))
			continue;
		view_del(v, VIEW_FORMER, keys[i]);
		++*n;
	}
	arena_release(&a);
	return rc < 0 ? -1 : 0;
}
