#include "dailystory/full_export.h"

#include "base/arena.h"
#include "dailystory/contact.h"
#include "dailystory/export_manifest.h"
#include "dailystory/opt_outs.h"
#include "profile/profile.h"
#include "segment/membership.h"
#include "state/rows.h"

/* A walk over all customers. */
struct walk {
	struct state *s;
	struct csv_rows *files;
	const struct export_source *x; /* NULL: only the lists of members */
	uint32_t since;
	struct arena scratch;
	struct buf csv, json;
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
		                 [COLUMN_ID] = contact_id(&g->scratch, p->id) } };
	struct membership m;
	int more = row_membership_next(&memberships, &m);

	buf_reset(&g->csv);
	contact_segment_csv(&g->csv, &c);
	for (size_t i = 0; more > 0 && i < t->n; i++) {
		if (t->list[i].number != m.slug)
			continue;
		if (csv_rows_segment(g->files, i, buf_view(&g->csv), g->e) < 0)
			return -1;
		more = row_membership_next(&memberships, &m);
	}
	return more == 0 ? 0 : state_broken(g->e, "a customer's memberships");
}

/* The contact's row, if it was written after ${since}. */
static int
write_contact(struct walk *g, const struct profile *p, const struct identity_addresses *x)
{
	struct exported last = { 0 };
	struct contact c;
	struct str row;
	int rc = kv_get(g->s->txn, TABLE_EXPORTED, p->id, &row, g->e);

	if (rc <= 0 || !row_exported_unpack(row, &last))
		return rc < 0 ? -1 : state_broken(g->e, "what was exported last");
	if (last.row_snapshot <= g->since)
		return 0;
	contact_make(&g->scratch, p, g->x->as_of, g->x->settings->list_separator, &c);
	c.cells[COLUMN_EMAIL] = x->email;
	c.cells[COLUMN_MOBILE] = x->mobile;
	buf_reset(&g->csv);
	buf_reset(&g->json);
	contact_csv(&g->csv, &c);
	contact_json(&g->json, &c, last.known);
	return csv_rows_contact(g->files, buf_view(&g->csv), buf_view(&g->json), g->e);
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
	if (status.reason != SKIPPED_NONE && g->x != NULL && g->since == 0 &&
	    csv_rows_skipped(g->files, id, status.reason, row_detail(&status), g->e) < 0)
		return -1;
	if (!row_is_contact(&status))
		return 0;
	if (g->x == NULL && status.memberships.n == 0)
		return 0;
	rc = profile_stored(&g->scratch, g->s, id, &profile, g->e);
	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(g->e, "a customer's profile");
	exported = identity_exported(&status, &profile);
	if (g->x != NULL && write_contact(g, &profile, &exported) < 0)
		return -1;
	return g->since > 0 ? 0 : write_memberships(g, &profile, &exported, status.memberships);
}

static int
walk(struct walk *g)
{
	struct kv_cur *c = kv_cursor(g->s->txn, TABLE_CONTACT_STATUS, g->e);
	struct str id, row;
	int rc;

	if (c == NULL)
		return -1;
	rc = kv_seek(c, STR(""), &id, &row, g->e);
	while (rc > 0) {
		rc = write_customer(g, id, row);
		arena_reset(&g->scratch);
		if (rc == 0)
			rc = kv_next(c, &id, &row, g->e);
	}
	kv_cursor_close(c);
	buf_release(&g->csv);
	buf_release(&g->json);
	arena_release(&g->scratch);
	return rc;
}

int
full_export_members(struct csv_rows *f, struct state *s, struct err *e)
{
	struct walk g = { .s = s, .files = f, .e = e };

	return walk(&g);
}

int
full_export_write(struct export_dir *o, struct state *s, const struct export_source *source,
    uint32_t since, struct err *e)
{
	struct csv_rows files = { 0 };
	struct walk g = { .s = s, .files = &files, .x = source, .since = since, .e = e };
	struct membership_counts counts;
	struct arena a = { 0 };
	int rc = membership_counts_read(&a, s, &counts, e);

	if (rc == 0)
		rc = membership_counts_match(&counts, source->rules, e);
	if (rc == 0)
		csv_rows_begin(&files, o, &counts, source->settings->csv_bom);
	if (rc == 0)
		rc = walk(&g);
	if (rc == 0)
		rc = opt_outs_write(s, since, &files, e);
	if (rc == 0)
		rc = csv_rows_end(&files, e);
	if (rc == 0)
		rc = export_manifest_write(&files, s, source, e);
	csv_rows_release(&files);
	arena_release(&a);
	return rc;
}
