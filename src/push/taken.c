#include "push/taken.h"

static bool
is_address(struct str key)
{
	return str_eq(key, STR("email")) || str_eq(key, STR("mobilePhone"));
}

int
taken_holder(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct wanted_field *f, struct str *holder, struct err *e)
{
	int rc;

	if (!f->is_changed || f->value.n == 0 || !is_address(f->key))
		return 0;
	rc = books_holder(x->books, a, f->key, books_hash(x->books, f->key, f->value), holder, e);
	return rc > 0 ? !str_eq(*holder, fh_id) : rc;
}

int
taken_mark(const struct wanted_source *x, struct arena *a, struct str fh_id,
    struct wanted_field *fields, size_t n, struct err *e)
{
	struct str ignored;
	bool is_any = false;

	for (size_t i = 0; i < n; i++) {
		int rc = taken_holder(x, a, fh_id, &fields[i], &ignored, e);

		if (rc < 0)
			return -1;
		fields[i].is_taken = rc > 0;
		is_any = is_any || rc > 0;
	}
	return is_any;
}

bool
taken_is_to_find(const struct acked *acked)
{
	return acked->is_imported && acked->dsid.n == 0;
}
