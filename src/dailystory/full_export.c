#include "dailystory/full_export.h"

#include "base/arena.h"
#include "dailystory/contact.h"
#include "dailystory/csv_rows.h"
#include "dailystory/lists.h"
#include "dailystory/export_manifest.h"
#include "profile/profile.h"
#include "state/rows.h"

struct writing {
	struct state *s;
	const struct full_export_source *x;
	struct files files;
	struct arena scratch;
	struct buf row, json;
	struct err *e;
};

static int
load_exported(struct writing *g, struct str id, struct exported *out)
{
	struct str row;
	int rc = kv_get(g->s->txn, TABLE_EXPORTED, id, &row, g->e);

	*out = (struct exported){ 0 };
	if (rc <= 0)
		return rc;
	return exported_unpack(row, out) ? 1 : state_broken(g->e, "what was exported last");
}

/* The contact's row and opt-out, as far as they were written after ${since}. */
static int
write_contact(struct writing *g, const struct profile *p, const struct exported *x)
{
	bool email = p->email_consent == TRI_FALSE;
	bool text = p->text_consent == TRI_FALSE;
	struct contact c;

	contact_make(&g->scratch, p, g->x->as_of, g->x->settings->list_separator, &c);
	if (x->row_snapshot > g->x->since) {
		buf_reset(&g->row);
		buf_reset(&g->json);
		contact_csv(&g->row, &c);
		contact_json(&g->json, &c, x->known);
		if (files_contact(&g->files, buf_view(&g->row), buf_view(&g->json), g->e) < 0)
			return -1;
	}
	if ((!email && !text) || x->opt_out_snapshot <= g->x->since)
		return 0;
	buf_reset(&g->row);
	opt_out_row(&g->row, &c, email, text);
	return files_opt_out(&g->files, buf_view(&g->row), g->e);
}

static int
write_customer(struct writing *g, struct str id, struct str row)
{
	struct standing standing;
	struct exported exported;
	struct profile profile;
	int rc;

	if (!standing_unpack(row, &standing))
		return state_broken(g->e, "a customer's standing");
	if (standing.reason != STANDING_CONTACT)
		return g->x->since > 0
		           ? 0
		           : files_skipped(&g->files, id, standing.reason, standing.detail, g->e);
	rc = load_exported(g, id, &exported);
	if (rc > 0)
		rc = profile_stored(&g->scratch, g->s, id, &profile, g->e);
	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(g->e, "a contact's rows");
	return write_contact(g, &profile, &exported);
}

static int
write_customers(struct writing *g)
{
	struct kv_cur *c = kv_cursor(g->s->txn, TABLE_STANDINGS, g->e);
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
	return rc;
}

int
full_export_write(
    struct export_dir *o, struct state *s, const struct full_export_source *source, struct err *e)
{
	struct writing g = { .s = s, .x = source, .e = e };
	struct export_manifest_source summary = {
		.snapshot = source->snapshot,
		.as_of = source->as_of,
		.rules = source->rules,
		.settings_text = source->settings_text,
		.suppress_text = source->settings->suppress_text,
	};
	struct membership_counts t;
	int rc = membership_counts_read(&g.scratch, s, &t, e);

	if (rc == 0)
		rc = membership_counts_match(&t, source->rules, e);
	if (rc == 0) {
		struct arena keep = g.scratch; /* the tallies stay */

		g.scratch = (struct arena){ 0 };
		rc = files_begin(&g.files, o, &t, source->settings->csv_bom, e);
		if (rc == 0)
			rc = write_customers(&g);
		if (rc == 0 && source->since == 0)
			rc = lists_write(&g.files, s, e);
		if (rc == 0)
			rc = files_end(&g.files, e);
		if (rc == 0)
			rc = export_manifest_write(&g.files, s, &summary, e);
		files_release(&g.files);
		arena_release(&keep);
	}
	arena_release(&g.scratch);
	buf_release(&g.row);
	buf_release(&g.json);
	return rc;
}
