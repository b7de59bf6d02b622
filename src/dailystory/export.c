#include "dailystory/export.h"

#include "base/arena.h"
#include "segment/due.h"
#include "base/timestamp.h"
#include "dailystory/affected.h"
#include "dailystory/csv_rows.h"
#include "dailystory/customer_rows.h"
#include "dailystory/export_manifest.h"
#include "dailystory/full_export.h"
#include "dailystory/opt_outs.h"
#include "dailystory/workers.h"
#include "profile/profile.h"
#include "segment/membership.h"
#include "state/membership_history.h"
#include "state/past_contacts.h"
#include "state/rows.h"

struct exporting {
	struct state *s;
	const struct export_source *x;
	struct csv_rows files;
	struct membership_counts counts;
	struct arena arena;
	struct affected affected;
	struct opt_outs opt_outs;
	struct customer_rows_source rows;
	struct buf key;
	struct str at; /* as of */
	struct err *e;
};

/* Of skipped.csv. */
static bool
is_same_reason(const struct customer_rows *n)
{
	return n->had && n->before.reason == n->now.reason &&
	       str_eq(row_detail(&n->before), row_detail(&n->now));
}

static void
count_status(struct totals *t, const struct contact_status *s, int sign)
{
	t->skipped[s->reason] += (uint64_t)(int64_t)sign;
}

static int
move_due(struct exporting *g, struct str id, const struct customer_rows *n)
{
	int64_t before = n->had ? n->before.due : TIMESTAMP_NEVER;

	if (before == n->now.due)
		return 0;
	if (before != TIMESTAMP_NEVER &&
	    kv_del(g->s->txn, TABLE_DUE, row_key_due(&g->key, before, id), g->e) < 0)
		return -1;
	if (n->now.due == TIMESTAMP_NEVER)
		return 0;
	return kv_put(g->s->txn, TABLE_DUE, row_key_due(&g->key, n->now.due, id), STR(""), g->e);
}

static int
store_status(struct exporting *g, struct str id, const struct customer_rows *n)
{
	struct str row;
	int rc;

	if (n->had)
		count_status(&g->s->totals, &n->before, -1);
	if (move_due(g, id, n) < 0)
		return -1;
	if (n->is_removed)
		return n->had && kv_del(g->s->txn, TABLE_CONTACT_STATUS, id, g->e) < 0 ? -1 : 0;
	count_status(&g->s->totals, &n->now, 1);
	rc = kv_get(g->s->txn, TABLE_CONTACT_STATUS, id, &row, g->e);
	if (rc != 0 && (rc < 0 || str_eq(row, n->status_row)))
		return rc < 0 ? -1 : 0; /* the page stays clean */
	return kv_put(g->s->txn, TABLE_CONTACT_STATUS, id, n->status_row, g->e);
}

/* One customer in the lists of one segment.  A first export lists all members. */
static int
write_passage(struct exporting *g, struct str id, const struct customer_rows *n,
    const struct membership_change *m)
{
	bool was = m->was && n->was_contact, is = m->is && n->is_contact;
	bool entered = is && (!was || n->is_moved), left = was && (!is || n->is_moved);
	enum cause cause = m->was != m->is ? m->cause : was && is ? CAUSE_MOVED : n->contact_cause;
	size_t count = (size_t)(m->count - g->counts.list);

	if (g->x->run->number == 1)
		return is ? csv_rows_segment(&g->files, count, n->segment_row, g->e) : 0;
	if (entered && csv_rows_passage(&g->files, CSV_ROWS_ENTERED, count, id, &n->exported, cause,
	                   g->at, g->e) < 0)
		return -1;
	return left ? csv_rows_passage(&g->files, CSV_ROWS_LEFT, count, id, &n->exported_before,
	                  cause, g->at, g->e)
	            : 0;
}

static int
write_segments(struct exporting *g, struct str id, const struct customer_rows *n)
{
	for (size_t i = 0; i < n->memberships.n; i++) {
		const struct membership_change *m = &n->memberships.list[i];
		struct membership_count *t = m->count;
		bool was = m->was && n->was_contact, is = m->is && n->is_contact;

		t->members += (uint64_t)m->is - (uint64_t)m->was;
		t->contacts += (uint64_t)is - (uint64_t)was;
		t->entered += m->is && !m->was;
		t->left += m->was && !m->is;
		if (write_passage(g, id, n, m) < 0)
			return -1;
	}
	return 0;
}

/* What ended for the customer with this snapshot: also that they were not known. */
static int
store_history(struct exporting *g, struct str id, const struct customer_rows *n)
{
	uint32_t now = g->x->run->number;
	struct past_contact before = { .until = now, .cause = (uint32_t)n->contact_cause };

	for (size_t i = 0; i < n->memberships.n; i++) {
		const struct membership_change *m = &n->memberships.list[i];
		struct past_membership x = { m->before, now, (uint32_t)m->cause };

		if (m->was && !m->is && membership_history_put(g->s, id, &x, g->e) < 0)
			return -1;
	}
	if (now == 1 || (!n->is_removed && is_same_reason(n) &&
	                    identity_is_same(&n->exported_before, &n->exported)))
		return 0;
	before.was_known = n->had;
	before.reason = n->before.reason;
	before.detail = row_detail(&n->before);
	before.email = n->exported_before.email;
	before.mobile = n->exported_before.mobile;
	return past_contacts_put(g->s, id, &before, g->e);
}

/* The row of a contact, if it differs from the one written last, and who is gone or moved. */
static int
write_contact(struct exporting *g, struct str id, const struct customer_rows *n)
{
	if (n->csv.n > 0 && csv_rows_contact(&g->files, n->csv, n->json, g->e) < 0)
		return -1;
	if (n->was_contact && !n->is_contact &&
	    csv_rows_gone(&g->files, id, &n->exported_before, customer_rows_gone_reason(n), g->e) <
	        0)
		return -1;
	if (n->is_moved &&
	    csv_rows_moved(&g->files, id, &n->exported_before, &n->exported, g->e) < 0)
		return -1;
	if (n->exported_row.n == 0)
		return 0;
	return kv_put(g->s->txn, TABLE_EXPORTED, id, n->exported_row, g->e);
}

static int
make_rows(void *context, struct arena *a, struct state *s, size_t i, void *rows, struct err *e)
{
	const struct exporting *g = context;

	return customer_rows_make(a, s, &g->rows, &g->affected.list[i], rows, e);
}

static int
write_rows(void *context, size_t i, void *rows, struct err *e)
{
	struct exporting *g = context;
	struct str id = g->affected.list[i].id;
	const struct customer_rows *n = rows;

	(void)e; /* it is g->e */
	if (n->is_rebuilt && profile_keep(g->s, id, &n->profile, g->e) < 0)
		return -1;
	if (!n->profile.had && !n->profile.has)
		return 0; /* only named by orders */
	if (csv_rows_events(&g->files, n->events, n->events_n, g->e) < 0 ||
	    write_segments(g, id, n) < 0 || store_history(g, id, n) < 0 ||
	    store_status(g, id, n) < 0 ||
	    opt_outs_change(&g->opt_outs, g->s, &n->owed_before, &n->owed, g->e) < 0 ||
	    write_contact(g, id, n) < 0)
		return -1;
	if (n->is_removed || n->now.reason == SKIPPED_NONE || is_same_reason(n))
		return 0;
	return csv_rows_skipped(&g->files, id, n->now.reason, row_detail(&n->now), g->e);
}

static int
write_customers(struct exporting *g)
{
	struct workers w = {
		.n = g->affected.n,
		.result_size = sizeof(struct customer_rows),
		.context = g,
		.find = make_rows,
		.store = write_rows,
	};

	g->at = timestamp_text(&g->arena, g->x->run->as_of);
	g->rows = (struct customer_rows_source){
		.since = due_since(g->x->run->rules, g->x->run->as_of),
		.export = g->x,
		.affected = &g->affected,
		.counts = &g->counts,
	};
	if (workers_run(g->s, g->x->run->jobs, &w, g->e) < 0 ||
	    opt_outs_end(&g->opt_outs, g->s, &g->files, g->e) < 0)
		return -1;
	return profile_sums(g->s, g->e);
}

/* The files that are not about single customers, and what the next snapshot compares with. */
static int
write_rest(struct exporting *g)
{
	const struct export_source *x = g->x;

	for (size_t i = 0; i < x->changed->drops_n; i++)
		if (csv_rows_dropped(&g->files, &x->changed->drops[i], g->e) < 0)
			return -1;
	for (size_t i = 0; i < x->quarantined_n; i++)
		if (csv_rows_quarantined(&g->files, x->run->manifest, &x->quarantined[i], g->e) < 0)
			return -1;
	/* A first export has written them. */
	if (x->run->exports->segment_lists && g->x->run->number != 1 &&
	    full_export_members(&g->files, g->s, g->e) < 0)
		return -1;
	if (csv_rows_end(&g->files, g->e) < 0 ||
	    membership_counts_store(g->s, &g->counts, g->e) < 0)
		return -1;
	return export_manifest_write(&g->files, g->s, x, g->e);
}

static int
write_all(struct exporting *g, struct export_dir *o)
{
	const struct export_source *x = g->x;
	bool is_everybody;

	if (membership_counts_load(
	        &g->arena, g->s, x->run->rules, x->rules_before, &g->counts, g->e) < 0)
		return -1;
	csv_rows_begin(&g->files, o, &g->counts, x->run->exports->csv_bom);
	if (x->is_recounted && profile_recount(g->s, x->run->records, g->e) < 0)
		return -1;
	is_everybody = g->s->totals.applied > 1 &&
	               (g->counts.any_redefined || x->is_recounted || x->is_everybody);
	if (affected_find(&g->affected, g->s, x, is_everybody, g->e) < 0)
		return -1;
	return write_customers(g) < 0 ? -1 : write_rest(g);
}

int
export_write(
    struct export_dir *o, struct state *s, const struct export_source *source, struct err *e)
{
	struct exporting g = { .s = s, .x = source, .e = e };
	int rc = write_all(&g, o);

	csv_rows_release(&g.files);
	affected_release(&g.affected);
	opt_outs_release(&g.opt_outs);
	arena_release(&g.arena);
	buf_release(&g.key);
	return rc;
}
