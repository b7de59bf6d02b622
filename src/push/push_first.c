#include "push/push_first.h"

int
push_first_is_on(struct books *books, struct err *e)
{
	struct str row;

	return view_get(&books->view, VIEW_META, VIEW_FIRST_PUSH, &row, e);
}

int
push_first_end(struct books *books, struct err *e)
{
	struct journal_line x = { .op = JOURNAL_WHOLE };
	int rc = push_first_is_on(books, e);

	if (rc <= 0)
		return rc;
	return books_note(books, &x, e) < 0 ? -1 : books_keep(books, e);
}
