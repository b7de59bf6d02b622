#include "dailystory/lists.h"

#include "base/arena.h"
#include "profile/profile.h"

/* A line for each segment the contact is in. */
static int
write_lines(struct files *f, const struct profile *p, struct str memberships, struct arena *a,
    struct err *e)
{
	struct contact c = { 0 };
	struct buf row = { 0 };
	struct membership m;
	int more = row_membership_next(&memberships, &m), rc = 0;

	c.cells[COLUMN_EMAIL] = p->email;
	c.cells[COLUMN_MOBILE] = p->mobile;
	c.cells[COLUMN_ID] = contact_id(a, p->id);
	segment_row(&row, &c);
	for (size_t i = 0; rc == 0 && more > 0 && i < f->tallies->n; i++) {
		if (f->tallies->list[i].number != m.slug)
			continue;
		rc = files_segment(f, SEGMENT_MEMBERS, i, buf_view(&row), e);
		more = row_membership_next(&memberships, &m);
	}
	buf_release(&row);
	if (rc == 0 && more != 0)
		rc = state_broken(e, "a customer's memberships");
	return rc;
}

int
lists_write(struct files *f, struct state *s, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_CONTACT_STATUS, e);
	struct arena a = { 0 };
	struct contact_status standing;
	struct profile profile;
	struct str id, row;
	int rc;

	if (c == NULL)
		return -1;
	rc = kv_seek(c, STR(""), &id, &row, e);
	while (rc > 0) {
		if (!row_contact_status_unpack(row, &standing))
			rc = state_broken(e, "a customer's standing");
		else if (standing.reason == SKIPPED_NONE && standing.memberships.n > 0) {
			rc = profile_stored(&a, s, id, &profile, e);
			if (rc == 0)
				rc = state_broken(e, "a profile is missing");
			if (rc > 0)
				rc = write_lines(f, &profile, standing.memberships, &a, e);
		}
		arena_reset(&a);
		if (rc >= 0)
			rc = kv_next(c, &id, &row, e);
	}
	kv_cursor_close(c);
	arena_release(&a);
	return rc;
}
