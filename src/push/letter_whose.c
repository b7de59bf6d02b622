#include "push/letter_whose.h"

#include "push/fold_rows.h"
#include "push/owed.h"

/* The books know it by its hash alone, and the account by what is owed. */
static int
find_address(const struct wanted_source *x, struct arena *a, const struct journal_field *field,
    struct str *address, struct err *e)
{
	struct kv_cursor *c = kv_all(x->s->txn, TABLE_OWED, e);
	struct str key, row;
	int rc;

	*address = STR("");
	while (address->n == 0 && (rc = kv_next(c, &key, &row, e)) > 0)
		if (key.n > 1 && str_eq(owed_key((unsigned char)key.p[0]), field->key) &&
		    books_hash(x->books, field->key, str_from(key, 1)) == field->hash)
			*address = str_copy(a, str_from(key, 1));
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

static int
of_opt_out(const struct wanted_source *x, struct arena *a, struct str name, struct str *fh_id,
    struct err *e)
{
	struct journal_field field;
	struct str address, *ids;
	size_t n;
	int rc;

	if (!fold_rows_parse_address(name, &field))
		return fold_rows_broken(e);
	rc = books_holder(x->books, a, field.key, field.hash, fh_id, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (find_address(x, a, &field, &address, e) < 0 ||
	    owed_sharing(x, a, field.key, address, &ids, &n, e) < 0)
		return -1;
	*fh_id = address.n > 0 && n > 0 ? ids[0] : STR("");
	return 0;
}

int
letter_whose(const struct wanted_source *x, struct arena *a, struct str name, struct str *fh_id,
    struct err *e)
{
	*fh_id = name.p[0] == 'c' ? str_from(name, 1) : STR("");
	return name.p[0] == 'o' ? of_opt_out(x, a, str_from(name, 1), fh_id, e) : 0;
}
