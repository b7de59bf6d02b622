#include "dailystory/export.h"

#include "base/arena.h"
#include "base/when.h"
#include "dailystory/contact.h"
#include "dailystory/files.h"
#include "dailystory/identity.h"
#include "dailystory/lists.h"
#include "dailystory/subjects.h"
#include "dailystory/summary.h"
#include "ledger/fold.h"
#include "ledger/membership_history.h"
#include "ledger/rows.h"
#include "ledger/terms.h"
#include "segment/transition.h"

struct exporting {
	struct state *s;
	const struct export_source *x;
	struct files files;
	struct tallies tallies;
	bool is_first;
	struct arena keep;    /* until the export is written */
	struct arena scratch; /* one customer's */
	struct subjects subjects;
	bool *member;
	struct buf key, row, memberships;
	struct err *e;
};

/* Everything known of one customer while their rows are written. */
struct person {
	const struct subject *u;
	bool had;                  /* there was a standing */
	struct standing before, now;
	struct profile profile;
	struct contact contact;
	struct transition *list;   /* segments they are or were in */
	size_t n;
};

static bool
is_contact(const struct standing *s)
{
	return s->reason == STANDING_CONTACT;
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What holds of the customer now. */
static int
judge(struct exporting *g, struct person *p)
{
	struct segment_now now = { g->x->as_of };
	struct circumstances c = { g->is_first, p->u->is_gone,
		p->u->is_touched, g->x->is_recounted };
	bool *member = NULL;

	p->now = (struct standing){ .due = WHEN_NEVER };
	if (!p->u->is_gone) {
		if (fold_stored(&g->scratch, g->s, p->u->id, &p->profile,
		        g->e) <= 0)
			return state_broken(g->e, "a profile is missing");
		subjects_reason(
		    &g->subjects, p->u, &p->before, &p->now);
		member = g->member;
		segment_eval(g->x->rules, &p->profile, now, member);
		p->now.due = earlier(
		    segment_due(g->x->rules, &p->profile, now),
		    identity_due(g->x->settings, &p->profile, g->x->as_of));
		p->now.dropped = identity_dropped(
		    &g->scratch, &p->profile, g->x->as_of);
		contact_make(&g->scratch, &p->profile, g->x->as_of,
		    g->x->settings->list_separator, &p->contact);
	}
	buf_reset(&g->memberships);
	if (transition_list(&g->scratch, &g->tallies, p->before.memberships,
	        member, c, (uint32_t)g->s->totals.applied, &p->list, &p->n,
	        &g->memberships, g->e) < 0)
		return -1;
	p->now.memberships = buf_view(&g->memberships);
	return 0;
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
move_due(struct exporting *g, const struct person *p)
{
	int64_t before = p->had ? p->before.due : WHEN_NEVER;

	if (before == p->now.due)
		return 0;
	if (before != WHEN_NEVER &&
	    kv_del(g->s->txn, TABLE_DUE, key_due(&g->key, before, p->u->id),
	        g->e) < 0)
		return -1;
	if (p->now.due == WHEN_NEVER)
		return 0;
	return kv_put(g->s->txn, TABLE_DUE,
	    key_due(&g->key, p->now.due, p->u->id), STR(""), g->e);
}

static int
store_standing(struct exporting *g, const struct person *p)
{
	if (p->had)
		count_standing(&g->s->totals, &p->before, -1);
	if (move_due(g, p) < 0)
		return -1;
	if (p->u->is_gone)
		return p->had && kv_del(g->s->txn, TABLE_STANDINGS, p->u->id,
		                     g->e) < 0
		    ? -1
		    : 0;
	count_standing(&g->s->totals, &p->now, 1);
	buf_reset(&g->row);
	standing_pack(&g->row, &p->now);
	return kv_put(g->s->txn, TABLE_STANDINGS, p->u->id, buf_view(&g->row),
	    g->e);
}

static int
write_event(struct exporting *g, const struct person *p, const char *event,
    const struct transition *t, enum cause cause)
{
	struct event v = {
		.event = event,
		.segment = t == NULL ? (struct str){ 0 } : t->tally->slug,
		.id = contact_id(&g->scratch, p->u->id),
		.email = p->u->is_gone ? p->u->email : p->profile.email,
		.mobile = p->u->is_gone ? p->u->mobile : p->profile.mobile,
		.at = g->x->as_of,
		.cause = cause,
	};

	return files_event(&g->files, &v, g->e);
}

static int
write_events(struct exporting *g, const struct person *p)
{
	enum cause cause = g->is_first ? CAUSE_BASELINE : CAUSE_DATA;

	if (p->u->is_new &&
	    write_event(g, p, "customer_added", NULL, cause) < 0)
		return -1;
	if (p->u->is_gone &&
	    write_event(g, p, "customer_removed", NULL, CAUSE_REMOVED) < 0)
		return -1;
	for (int entered = 1; entered >= 0; entered--) {
		for (size_t i = 0; i < p->n; i++) {
			const struct transition *t = &p->list[i];

			if (t->was != t->is && t->is == entered &&
			    write_event(g, p,
			        entered ? "segment_entered" : "segment_left",
			        t, t->cause) < 0)
				return -1;
		}
	}
	return 0;
}

static int
write_segments(struct exporting *g, const struct person *p)
{
	bool was_contact = p->had && is_contact(&p->before);
	bool now_contact = !p->u->is_gone && is_contact(&p->now);

	for (size_t i = 0; i < p->n; i++) {
		const struct transition *t = &p->list[i];
		size_t at = (size_t)(t->tally - g->tallies.list);
		bool was = t->was && was_contact, is = t->is && now_contact;

		t->tally->members += (uint64_t)t->is - (uint64_t)t->was;
		t->tally->contacts += (uint64_t)is - (uint64_t)was;
		t->tally->entered += t->is && !t->was;
		t->tally->left += t->was && !t->is;
		if (is && !was &&
		    files_segment(&g->files, SEGMENT_ENTERED, at, &p->contact,
		        g->e) < 0)
			return -1;
		if (was && !is && now_contact &&
		    files_segment(&g->files, SEGMENT_LEFT, at, &p->contact,
		        g->e) < 0)
			return -1;
	}
	return 0;
}

/* What ended for the customer with this snapshot. */
static int
write_past(struct exporting *g, const struct person *p)
{
	uint32_t now = (uint32_t)g->s->totals.applied;
	struct past_standing before = { now, p->before.reason,
		p->before.detail };

	for (size_t i = 0; i < p->n; i++) {
		const struct transition *t = &p->list[i];
		struct stay x = { t->before, now, (uint32_t)t->cause };

		if (t->was && !t->is &&
		    membership_history_put(g->s, p->u->id, &x, g->e) < 0)
			return -1;
	}
	if (!p->had ||
	    (!p->u->is_gone && p->before.reason == p->now.reason &&
	        str_eq(p->before.detail, p->now.detail)))
		return 0;
	return membership_history_put_standing(g->s, p->u->id, &before, g->e);
}

/* Row and opt-out of a contact, each if it is not the one written last. */
static int
write_contact(struct exporting *g, const struct person *p)
{
	const struct profile *q = &p->profile;
	bool email = q->email_consent == TRI_FALSE;
	bool text = q->text_consent == TRI_FALSE;
	struct exported x = { 0 };
	bool changed = false;
	uint32_t now = (uint32_t)g->s->totals.applied;
	struct hash hash;
	struct str row;
	int rc = kv_get(g->s->txn, TABLE_EXPORTED, p->u->id, &row, g->e);

	if (rc < 0)
		return -1;
	if (rc > 0 && !exported_unpack(row, &x))
		return state_broken(g->e, "what was exported last");
	buf_reset(&g->row);
	contact_csv(&g->row, &p->contact);
	hash = hash_of(buf_view(&g->row));
	if (x.row_snapshot == 0 || !hash_eq(hash, x.row)) {
		changed = true;
		x.row = hash;
		x.row_snapshot = now;
		x.known |= contact_known(&p->contact);
		if (files_contact(&g->files, &p->contact, buf_view(&g->row),
		        x.known, g->e) < 0)
			return -1;
	}
	buf_reset(&g->row);
	opt_out_row(&g->row, &p->contact, email, text);
	hash = hash_of(buf_view(&g->row));
	if ((email || text) &&
	    (x.opt_out_snapshot == 0 || !hash_eq(hash, x.opt_out))) {
		changed = true;
		x.opt_out = hash;
		x.opt_out_snapshot = now;
		if (files_opt_out(&g->files, buf_view(&g->row), g->e) < 0)
			return -1;
	}
	if (!changed)
		return 0;
	buf_reset(&g->row);
	exported_pack(&g->row, &x);
	return kv_put(
	    g->s->txn, TABLE_EXPORTED, p->u->id, buf_view(&g->row), g->e);
}

static int
write_person(struct exporting *g, const struct subject *u)
{
	struct person p = { .u = u };
	int rc = subjects_standing(
	    &g->scratch, g->s, u->id, &p.before, g->e);

	if (rc < 0)
		return -1;
	p.had = rc > 0;
	if (judge(g, &p) < 0 || write_events(g, &p) < 0 ||
	    write_segments(g, &p) < 0 || write_past(g, &p) < 0 ||
	    store_standing(g, &p) < 0)
		return -1;
	if (u->is_gone)
		return 0;
	if (is_contact(&p.now))
		return write_contact(g, &p);
	if (p.had && p.before.reason == p.now.reason &&
	    str_eq(p.before.detail, p.now.detail))
		return 0;
	return files_skipped(
	    &g->files, u->id, p.now.reason, p.now.detail, g->e);
}

static int
write_people(struct exporting *g)
{
	for (size_t i = 0; i < g->subjects.n; i++) {
		if (write_person(g, &g->subjects.list[i]) < 0 ||
		    state_spill(g->s, g->e) < 0)
			return -1;
		arena_reset(&g->scratch);
	}
	return 0;
}

/* The files that are not about single customers. */
static int
write_rest(struct exporting *g)
{
	const struct export_source *x = g->x;
	struct summary_source summary = {
		.snapshot = x->snapshot,
		.as_of = x->as_of,
		.applied = x->applied,
		.is_accepted = x->is_accepted,
		.rules = x->rules,
		.settings_text = x->settings_text,
		.suppress_text = x->is_suppress_new
		    ? x->settings->suppress_text
		    : (struct str){ 0 },
	};

	for (size_t i = 0; i < x->quarantined_n; i++)
		if (files_quarantined(&g->files, x->manifest,
		        &x->quarantined[i], g->e) < 0)
			return -1;
	if (x->settings->segment_lists &&
	    lists_write(&g->files, g->s, g->e) < 0)
		return -1;
	if (files_end(&g->files, g->e) < 0 ||
	    terms_follow(g->s, x->rules->text, x->settings_text, g->e) < 0 ||
	    tallies_store(g->s, &g->tallies, g->e) < 0)
		return -1;
	return summary_write(&g->files, g->s, &summary, g->e);
}

static int
run(struct exporting *g, struct out *o)
{
	struct subjects_source who;

	if (tallies_load(&g->keep, g->s, g->x->rules, g->x->rules_before,
	        &g->tallies, g->e) < 0 ||
	    files_begin(&g->files, o, &g->tallies, g->x->settings->csv_bom,
	        g->e) < 0)
		return -1;
	g->member = arena_zero(&g->keep, g->x->rules->n + 1, sizeof(bool));
	if (g->x->is_recounted &&
	    fold_recount(g->s, g->x->ledger, g->e) < 0)
		return -1;
	who = (struct subjects_source){
		.as_of = g->x->as_of,
		.touched = g->x->touched,
		.ledger = g->x->ledger,
		.settings = g->x->settings,
		.is_everybody = !g->is_first &&
		    (g->tallies.any_redefined || g->x->is_recounted ||
		        g->x->is_everybody),
		.is_recounted = g->x->is_recounted,
	};
	if (subjects_find(&g->subjects, g->s, &who, g->e) < 0)
		return -1;
	if (fold_sums(g->s, g->e) < 0 || write_people(g) < 0)
		return -1;
	return write_rest(g);
}

int
export_write(struct out *o, struct state *s,
    const struct export_source *source, struct err *e)
{
	struct exporting g = { .s = s,
		.x = source,
		.is_first = s->totals.applied == 1,
		.e = e };
	int rc = run(&g, o);

	files_release(&g.files);
	subjects_release(&g.subjects);
	arena_release(&g.keep);
	arena_release(&g.scratch);
	buf_release(&g.key);
	buf_release(&g.row);
	buf_release(&g.memberships);
	return rc;
}
