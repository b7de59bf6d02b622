#include "push/push_moot.h"

bool
push_moot_is_wanted(
    const struct wanted *w, const struct acked *acked, bool is_pending, bool has_step)
{
	const struct acked_letter *letter = &acked->letter;
	bool is_outlived = letter->op == JOURNAL_DELETE && !acked->is_deleting && w->gone.n == 0;

	return (letter->tries > 0 && is_pending && !is_outlived) ||
	       (acked->status_letter.tries > 0 && (is_pending || has_step));
}

static int
note(struct books *books, struct str name, struct err *e)
{
	struct journal_field field;
	struct journal_line x = { .op = JOURNAL_MOOT, .result = JOURNAL_REJECTED };

	if (name.p[0] == 'c') {
		x.fh_id = str_from(name, 1);
		return books_note(books, &x, e);
	}
	if (name.p[0] == 's') {
		x.segment = str_from(name, 1);
		return books_note(books, &x, e);
	}
	if (!fold_rows_parse_address(str_from(name, 1), &field))
		return fold_rows_broken(e);
	x.fields = &field;
	x.fields_n = 1;
	return books_note(books, &x, e);
}

/* Named first: what is noted changes the table. */
int
push_moot_note(const struct intern *letters, struct books *books, struct err *e)
{
	struct view_cursor c = view_all(&books->view, VIEW_LETTERS, e);
	struct intern moot = { 0 };
	struct str name, row;
	int rc;

	while ((rc = view_next(&c, &name, &row, e)) > 0)
		if (name.n > 1 && intern_find(letters, name) == 0)
			(void)intern_add(&moot, name);
	view_end(&c);
	for (uint32_t i = 1; rc == 0 && i < moot.n; i++)
		rc = note(books, moot.texts[i], e);
	intern_release(&moot);
	return rc;
}
