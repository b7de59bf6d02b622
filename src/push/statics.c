#include "push/statics.h"

int
statics_lacks(
    const struct wanted_source *x, struct str slug, struct str fh_id, bool *out, struct err *e)
{
	struct buf key = { 0 };
	struct str row;
	int rc;

	buf_str(&key, slug);
	buf_char(&key, '\0');
	buf_str(&key, fh_id);
	rc = view_get(&x->books->view, VIEW_SEGMENTS, buf_view(&key), &row, e);
	buf_release(&key);
	*out = rc == 0;
	return rc < 0 ? -1 : 0;
}

int
statics_id(
    const struct wanted_source *x, struct arena *a, struct str slug, struct str *id, struct err *e)
{
	struct str row;
	int rc = view_get(&x->books->view, VIEW_SEGMENTS, slug, &row, e);

	*id = rc > 0 ? str_copy(a, row) : STR("");
	return rc;
}

int
statics_has(const struct wanted_source *x, struct str memberships, struct str slug, bool *out,
    struct err *e)
{
	struct membership m;
	uint32_t number = 0;
	int rc;

	*out = false;
	for (size_t i = 0; i < x->segments.n; i++)
		if (str_eq(x->segments.list[i].slug, slug))
			number = x->segments.list[i].number;
	while ((rc = row_membership_next(&memberships, &m)) > 0)
		*out = *out || m.slug == number;
	return rc < 0 ? state_broken(e, "a customer's memberships") : 0;
}

/* Returns: 1 and ${out}; 0 they are none, or have no dsid, or were added; -1. */
static int
look_at(const struct wanted_source *x, struct arena *a, struct str slug, struct str fh_id,
    struct str row, struct statics_member *out, struct err *e)
{
	struct contact_status status;
	struct acked acked;
	bool is_member, lacks;
	int rc;

	if (!row_contact_status_unpack(row, &status))
		return state_broken(e, "a customer's status");
	if (!row_is_contact(&status))
		return 0;
	if (statics_has(x, status.memberships, slug, &is_member, e) < 0)
		return -1;
	if (!is_member)
		return 0;
	rc = books_contact(x->books, a, fh_id, &acked, e);
	if (rc <= 0 || acked.dsid.n == 0 || acked.gone.n > 0)
		return rc < 0 ? -1 : 0;
	if (statics_lacks(x, slug, fh_id, &lacks, e) < 0)
		return -1;
	*out = (struct statics_member){ str_copy(a, fh_id), acked.dsid };
	return lacks;
}

int
statics_members(const struct wanted_source *x, struct arena *a, struct str slug,
    const struct statics_range *range, struct statics_member **list, size_t *n, struct err *e)
{
	bool is_one = range->only.n > 0;
	struct kv_cursor *c = kv_all(x->s->txn, TABLE_CONTACT_STATUS, e);
	struct arena scratch = { 0 };
	struct str fh_id, row;
	int rc = kv_seek(c, is_one ? range->only : range->after, &fh_id, &row, e);

	*list = arena_array(a, STATICS_MOST, sizeof(**list));
	*n = 0;
	if (rc > 0 && str_eq(fh_id, range->after))
		rc = kv_next(c, &fh_id, &row, e);
	while (rc > 0 && *n < STATICS_MOST && (!is_one || str_eq(fh_id, range->only))) {
		struct statics_member m;

		rc = look_at(x, &scratch, slug, fh_id, row, &m, e);
		if (rc > 0)
			(*list)[(*n)++] =
			    (struct statics_member){ str_copy(a, m.fh_id), str_copy(a, m.dsid) };
		arena_reset(&scratch);
		if (rc >= 0)
			rc = kv_next(c, &fh_id, &row, e);
	}
	kv_cursor_close(c);
	arena_release(&scratch);
	return rc < 0 ? -1 : 0;
}
