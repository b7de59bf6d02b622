#include "push/push_first.h"

int
push_first_is_on(struct books *books, struct err *e)
{
	struct str row;
	int rc = view_get(&books->view, VIEW_META, VIEW_WHOLE, &row, e);

	return rc < 0 ? -1 : rc == 0;
}

int
push_first_end(struct books *books, struct err *e)
{
	struct journal_line x = { .op = JOURNAL_WHOLE };
	int rc = push_first_is_on(books, e);

	if (rc <= 0 || books->acked == 0)
		return rc < 0 ? -1 : 0;
	return books_note(books, &x, e) < 0 ? -1 : books_keep(books, e);
}
