#include "dailystory/export.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "dailystory/workers.h"
#include "dailystory/customer_rows.h"
#include "dailystory/csv_rows.h"
#include "dailystory/lists.h"
#include "dailystory/affected.h"
#include "dailystory/export_manifest.h"
#include "profile/profile.h"
#include "state/membership_history.h"
#include "state/rows.h"
#include "state/rule_terms.h"
#include "segment/membership.h"

struct exporting {
	struct state *s;
	const struct export_source *x;
	struct files files;
	struct membership_counts tallies;
	struct arena keep; /* until the export is written */
	struct affected subjects;
	struct customer_rows_source entry;
	struct buf key;
	struct err *e;
};

static bool
is_contact(const struct standing *s)
{
	return s->reason == STANDING_CONTACT;
}

static bool
is_same_standing(const struct customer_rows *n)
{
	return n->had && n->before.reason == n->now.reason &&
	       str_eq(n->before.detail, n->now.detail);
}

static void
count_standing(struct totals *t, const struct standing *s, int sign)
{
	t->standing[s->reason] += (uint64_t)(int64_t)sign;
	for (unsigned i = 0; i < DROP_COUNT; i++)
		if ((s->dropped >> i & 1) != 0)
			t->dropped[i] += (uint64_t)(int64_t)sign;
}

static int
move_due(struct exporting *g, struct str id, const struct customer_rows *n)
{
	int64_t before = n->had ? n->before.due : TIMESTAMP_NEVER;

	if (before == n->now.due)
		return 0;
	if (before != TIMESTAMP_NEVER &&
	    kv_del(g->s->txn, TABLE_DUE, key_due(&g->key, before, id), g->e) < 0)
		return -1;
	if (n->now.due == TIMESTAMP_NEVER)
		return 0;
	return kv_put(g->s->txn, TABLE_DUE, key_due(&g->key, n->now.due, id), STR(""), g->e);
}

static int
store_standing(
    struct exporting *g, const struct affected_customer *u, const struct customer_rows *n)
{
	struct str row;
	int rc;

	if (n->had)
		count_standing(&g->s->totals, &n->before, -1);
	if (move_due(g, u->id, n) < 0)
		return -1;
	if (u->is_gone)
		return n->had && kv_del(g->s->txn, TABLE_STANDINGS, u->id, g->e) < 0 ? -1 : 0;
	count_standing(&g->s->totals, &n->now, 1);
	rc = kv_get(g->s->txn, TABLE_STANDINGS, u->id, &row, g->e);
	if (rc != 0 && (rc < 0 || str_eq(row, n->standing_row)))
		return rc < 0 ? -1 : 0; /* its page need not be written */
	return kv_put(g->s->txn, TABLE_STANDINGS, u->id, n->standing_row, g->e);
}

static int
write_segments(
    struct exporting *g, const struct affected_customer *u, const struct customer_rows *n)
{
	bool was_contact = n->had && is_contact(&n->before);
	bool now_contact = !u->is_gone && is_contact(&n->now);

	for (size_t i = 0; i < n->memberships.n; i++) {
		const struct membership_change *t = &n->memberships.list[i];
		size_t at = (size_t)(t->count - g->tallies.list);
		bool was = t->was && was_contact, is = t->is && now_contact;

		t->count->members += (uint64_t)t->is - (uint64_t)t->was;
		t->count->contacts += (uint64_t)is - (uint64_t)was;
		t->count->entered += t->is && !t->was;
		t->count->left += t->was && !t->is;
		if (is && !was &&
		    files_segment(&g->files, SEGMENT_ENTERED, at, n->segment_row, g->e) < 0)
			return -1;
		if (was && !is && now_contact &&
		    files_segment(&g->files, SEGMENT_LEFT, at, n->segment_row, g->e) < 0)
			return -1;
	}
	return 0;
}

/* What ended for the customer with this snapshot. */
static int
write_past(struct exporting *g, const struct affected_customer *u, const struct customer_rows *n)
{
	uint32_t now = g->entry.snapshot;
	struct past_standing before = { now, n->before.reason, n->before.detail };

	for (size_t i = 0; i < n->memberships.n; i++) {
		const struct membership_change *t = &n->memberships.list[i];
		struct stay x = { t->before, now, (uint32_t)t->cause };

		if (t->was && !t->is && membership_history_put(g->s, u->id, &x, g->e) < 0)
			return -1;
	}
	if (!n->had || (!u->is_gone && is_same_standing(n)))
		return 0;
	return membership_history_put_standing(g->s, u->id, &before, g->e);
}

/* Row and opt-out of a contact, each if it is not the one written last. */
static int
write_contact(struct exporting *g, const struct affected_customer *u, const struct customer_rows *n)
{
	if (n->csv.n > 0 && files_contact(&g->files, n->csv, n->json, g->e) < 0)
		return -1;
	if (n->opt_out.n > 0 && files_opt_out(&g->files, n->opt_out, g->e) < 0)
		return -1;
	if (n->exported_row.n == 0)
		return 0;
	return kv_put(g->s->txn, TABLE_EXPORTED, u->id, n->exported_row, g->e);
}

static int
make_entry(void *context, struct arena *a, struct state *s, size_t i, void *finding, struct err *e)
{
	const struct exporting *g = context;

	return customer_rows_make(a, s, &g->entry, &g->subjects.list[i], finding, e);
}

static int
write_entry(void *context, size_t i, void *finding, struct err *e)
{
	struct exporting *g = context;
	const struct affected_customer *u = &g->subjects.list[i];
	const struct customer_rows *n = finding;

	(void)e; /* it is g->e */
	if (files_events(&g->files, n->events, n->events_n, g->e) < 0 ||
	    write_segments(g, u, n) < 0 || write_past(g, u, n) < 0 || store_standing(g, u, n) < 0)
		return -1;
	if (u->is_gone)
		return 0;
	if (is_contact(&n->now))
		return write_contact(g, u, n);
	if (is_same_standing(n))
		return 0;
	return files_skipped(&g->files, u->id, n->now.reason, n->now.detail, g->e);
}

static int
write_people(struct exporting *g)
{
	struct workers c = {
		.n = g->subjects.n,
		.finding = sizeof(struct customer_rows),
		.context = g,
		.look = make_entry,
		.keep = write_entry,
	};

	g->entry = (struct customer_rows_source){
		.as_of = g->x->as_of,
		.snapshot = (uint32_t)g->s->totals.applied,
		.is_first = g->s->totals.applied == 1,
		.is_recounted = g->x->is_recounted,
		.rules = g->x->rules,
		.tallies = &g->tallies,
		.settings = g->x->settings,
		.subjects = &g->subjects,
	};
	return workers_run(g->s, g->x->jobs, &c, g->e);
}

/* The files that are not about single customers. */
static int
write_rest(struct exporting *g)
{
	const struct export_source *x = g->x;
	struct export_manifest_source summary = {
		.snapshot = x->snapshot,
		.as_of = x->as_of,
		.applied = x->applied,
		.is_accepted = x->is_accepted,
		.rules = x->rules,
		.settings_text = x->settings_text,
		.suppress_text =
		    x->is_suppress_new ? x->settings->suppress_text : (struct str){ 0 },
	};

	for (size_t i = 0; i < x->quarantined_n; i++)
		if (files_quarantined(&g->files, x->manifest, &x->quarantined[i], g->e) < 0)
			return -1;
	if (x->settings->segment_lists && lists_write(&g->files, g->s, g->e) < 0)
		return -1;
	if (files_end(&g->files, g->e) < 0 ||
	    rule_terms_follow(g->s, x->rules->text, x->settings_text, g->e) < 0 ||
	    membership_counts_store(g->s, &g->tallies, g->e) < 0)
		return -1;
	return export_manifest_write(&g->files, g->s, &summary, g->e);
}

static int
run(struct exporting *g, struct export_dir *o)
{
	struct affected_source who;

	if (membership_counts_load(
	        &g->keep, g->s, g->x->rules, g->x->rules_before, &g->tallies, g->e) < 0 ||
	    files_begin(&g->files, o, &g->tallies, g->x->settings->csv_bom, g->e) < 0)
		return -1;
	if (g->x->is_recounted && profile_recount(g->s, g->x->ledger, g->e) < 0)
		return -1;
	who = (struct affected_source){
		.as_of = g->x->as_of,
		.touched = g->x->touched,
		.ledger = g->x->ledger,
		.settings = g->x->settings,
		.is_everybody =
		    g->s->totals.applied > 1 &&
		    (g->tallies.any_redefined || g->x->is_recounted || g->x->is_everybody),
		.is_recounted = g->x->is_recounted,
		.jobs = g->x->jobs,
	};
	if (affected_find(&g->subjects, g->s, &who, g->e) < 0)
		return -1;
	if (profile_sums(g->s, g->e) < 0 || write_people(g) < 0)
		return -1;
	return write_rest(g);
}

int
export_write(
    struct export_dir *o, struct state *s, const struct export_source *source, struct err *e)
{
	struct exporting g = { .s = s, .x = source, .e = e };
	int rc = run(&g, o);

	files_release(&g.files);
	affected_release(&g.subjects);
	arena_release(&g.keep);
	buf_release(&g.key);
	return rc;
}
