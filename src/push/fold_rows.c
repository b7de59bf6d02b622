#include "push/fold_rows.h"

int
fold_rows_broken(struct err *e)
{
	err_set(e, ERR_FAILED, "push/state is damaged");
	return err_advise(
	    e, "Delete the directory push/state; the next push makes it again from the journal.");
}

struct str
fold_rows_address(struct buf *b, struct str key, uint64_t hash)
{
	buf_reset(b);
	buf_str(b, key);
	buf_char(b, ':');
	journal_line_hash(b, hash);
	return buf_view(b);
}

bool
fold_rows_parse_address(struct str name, struct journal_field *out)
{
	const char *colon = memchr(name.p, ':', name.n);

	if (colon == NULL)
		return false;
	out->key = str_of(name.p, (size_t)(colon - name.p));
	return journal_line_parse_hash(str_from(name, out->key.n + 1), &out->hash);
}

void
fold_rows_letter(struct fold *f, char kind, struct str key, const struct acked_letter *letter)
{
	struct str name = str_printf(&f->arena, "%c%.*s", kind, STR_ARG(key));

	if (letter->tries > 0)
		view_put(f->view, VIEW_LETTERS, name, STR(""));
	else
		view_del(f->view, VIEW_LETTERS, name);
}

int
fold_rows_load(struct fold *f, struct str fh_id, struct acked *out, struct err *e)
{
	struct str row;
	int rc = view_get(f->view, VIEW_CONTACTS, fh_id, &row, e);

	*out = (struct acked){ 0 };
	if (rc <= 0)
		return rc;
	return acked_unpack(&f->arena, str_copy(&f->arena, row), out) ? 1 : fold_rows_broken(e);
}

void
fold_rows_store(struct fold *f, struct str fh_id, const struct acked *x)
{
	buf_reset(&f->row);
	acked_pack(&f->row, x);
	view_put(f->view, VIEW_CONTACTS, fh_id, buf_view(&f->row));
	fold_rows_letter(f, 'c', fh_id, acked_last_letter(x));
}
