#include "dailystory/full_export.h"

#include "base/arena.h"
#include "base/interrupt.h"
#include "dailystory/contact.h"
#include "dailystory/export_manifest.h"
#include "dailystory/latest_row.h"
#include "dailystory/opt_outs.h"
#include "profile/profile.h"
#include "segment/membership.h"
#include "state/rows.h"

/* A walk over all customers. */
struct walk {
	struct state *s;
	struct csv_rows *files;
	const struct export_source *x; /* NULL: only the lists of members */
	struct latest_row row;
	struct buf member;
	struct err *e;
};

/* A line for each segment the contact is in; both lists are sorted by slug. */
static int
write_memberships(struct walk *g, const struct profile *p, const struct identity_addresses *x,
    struct str memberships)
{
	const struct membership_counts *t = g->files->counts;
	struct contact c = { .cells = { [COLUMN_EMAIL] = x->email,
		                 [COLUMN_MOBILE] = x->mobile,
		                 [COLUMN_ID] = contact_id(&g->row.arena, p->id) } };
	struct membership m;
	int more = row_membership_next(&memberships, &m);

	buf_reset(&g->member);
	contact_segment_csv(&g->member, &c);
	for (size_t i = 0; more > 0 && i < t->n; i++) {
		if (t->list[i].number != m.slug)
			continue;
		if (csv_rows_segment(g->files, i, buf_view(&g->member), g->e) < 0)
			return -1;
		more = row_membership_next(&memberships, &m);
	}
	return more == 0 ? 0 : state_broken(g->e, "a customer's memberships");
}

static int
write_customer(struct walk *g, struct str id, struct str row)
{
	struct contact_status status;
	struct identity_addresses exported;
	struct profile profile;
	int rc;

	if (!row_contact_status_unpack(row, &status))
		return state_broken(g->e, "a customer's status");
	if (status.reason != SKIPPED_NONE && g->x != NULL &&
	    csv_rows_skipped(g->files, id, status.reason, row_detail(&status), g->e) < 0)
		return -1;
	if (!row_is_contact(&status))
		return 0;
	if (g->x == NULL && status.memberships.n == 0)
		return 0;
	rc = profile_stored(&g->row.arena, g->s, id, &profile, g->e);
	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(g->e, "a customer's profile");
	exported = identity_exported(&status, &profile);
	if (g->x != NULL &&
	    latest_row_write(&g->row, g->s, g->x, &profile, &exported, 0, g->files, g->e) < 0)
		return -1;
	return write_memberships(g, &profile, &exported, status.memberships);
}

static int
walk(struct walk *g)
{
	struct kv_cursor *c = kv_all(g->s->txn, TABLE_CONTACT_STATUS, g->e);
	struct str id, row;
	int rc;

	while ((rc = kv_next(c, &id, &row, g->e)) > 0) {
		rc = interrupt_check(g->e) < 0 ? -1 : write_customer(g, id, row);
		arena_reset(&g->row.arena);
		if (rc < 0)
			break;
	}
	kv_cursor_close(c);
	latest_row_release(&g->row);
	buf_release(&g->member);
	return rc;
}

int
full_export_members(struct csv_rows *f, struct state *s, struct err *e)
{
	struct walk g = { .s = s, .files = f, .e = e };

	return walk(&g);
}

/* Nobody enters or leaves: everybody is listed. */
static int
read_counts(struct arena *a, struct state *s, const struct segment_set *rules,
    struct membership_counts *out, struct err *e)
{
	if (membership_counts_read(a, s, out, e) < 0)
		return -1;
	for (size_t i = 0; i < out->n; i++)
		out->list[i].entered = out->list[i].left = 0;
	return membership_counts_match(out, rules, e);
}

int
full_export_write(
    struct export_dir *o, struct state *s, const struct export_source *source, struct err *e)
{
	struct csv_rows files = { 0 };
	struct walk g = { .s = s, .files = &files, .x = source, .e = e };
	struct membership_counts counts;
	struct arena a = { 0 };
	int rc = read_counts(&a, s, source->run->rules, &counts, e);

	if (rc == 0) {
		csv_rows_begin(&files, o, &counts, source->run->exports->csv_bom);
		rc = walk(&g);
	}
	if (rc == 0)
		rc = opt_outs_write(s, 0, &files, e);
	if (rc == 0)
		rc = csv_rows_end(&files, e);
	if (rc == 0)
		rc = export_manifest_write(&files, s, source, e);
	csv_rows_release(&files);
	arena_release(&a);
	return rc;
}
