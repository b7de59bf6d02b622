#include "push/tally.h"

int
tally_contacts(struct books *b, uint64_t *n, struct err *e)
{
	struct view_cursor c = view_all(&b->view, VIEW_CONTACTS, e);
	struct arena a = { 0 };
	struct str key, row;
	struct acked x;
	int rc;

	*n = 0;
	while ((rc = view_next(&c, &key, &row, e)) > 0) {
		if (!acked_unpack(&a, row, &x)) {
			rc = fold_rows_broken(e);
			break;
		}
		*n += (x.dsid.n > 0 || x.is_imported) && x.gone.n == 0;
		arena_reset(&a);
	}
	view_end(&c);
	arena_release(&a);
	return rc;
}

int
tally_letter(
    struct books *b, struct arena *a, struct str key, struct acked_letter *out, struct err *e)
{
	struct acked_opt_out owed;
	struct acked contact;
	struct str row;
	bool is_contact = key.p[0] == 'c', is_segment = key.p[0] == 's';
	enum view_table table = is_contact   ? VIEW_CONTACTS
	                        : is_segment ? VIEW_LETTERS
	                                     : VIEW_OPT_OUTS;
	int rc = view_get(&b->view, table, is_segment ? key : str_from(key, 1), &row, e);

	if (rc <= 0)
		return rc < 0 ? -1 : fold_rows_broken(e);
	if (is_contact ? !acked_unpack(a, row, &contact) : !acked_opt_out_unpack(row, &owed))
		return fold_rows_broken(e);
	*out = is_contact ? *acked_last_letter(&contact) : owed.letter;
	return 0;
}

int
tally_refused(struct books *b, const struct refused *r, uint64_t *n, struct err *e)
{
	*n = 0;
	for (uint32_t i = 1; i < r->names.n; i++) {
		struct str row;
		int rc = view_get(&b->view, VIEW_LETTERS, r->names.texts[i], &row, e);

		if (rc < 0)
			return -1;
		*n += rc > 0;
	}
	return 0;
}

int
tally_letters(struct books *b, struct push_counts *out, struct err *e)
{
	struct view_cursor c = view_all(&b->view, VIEW_LETTERS, e);
	struct acked_letter letter = { 0 };
	struct arena a = { 0 };
	struct str key, row;
	int rc;

	while ((rc = view_next(&c, &key, &row, e)) > 0) {
		rc = tally_letter(b, &a, str_copy(&a, key), &letter, e);
		if (rc < 0)
			break;
		push_counts_add(out, letter.reason);
		arena_reset(&a);
	}
	view_end(&c);
	arena_release(&a);
	return rc;
}

int
tally_letter_count(struct books *b, uint64_t *n, struct err *e)
{
	struct view_cursor c = view_all(&b->view, VIEW_LETTERS, e);
	struct str key, row;
	int rc;

	*n = 0;
	while ((rc = view_next(&c, &key, &row, e)) > 0)
		++*n;
	view_end(&c);
	return rc;
}

int
tally_letter_count_of(const char *account, uint64_t *n, struct err *e)
{
	static const struct host nobody = { 0 };
	struct books b;
	int rc = books_open(&b, account, false, &nobody, e);

	*n = 0;
	if (rc == 0)
		rc = tally_letter_count(&b, n, e);
	books_close(&b);
	return rc;
}
