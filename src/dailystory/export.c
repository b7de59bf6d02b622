#include "dailystory/export.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/pack.h"
#include "base/when.h"
#include "dailystory/contact.h"
#include "dailystory/files.h"
#include "dailystory/identity.h"
#include "dailystory/lists.h"
#include "dailystory/summary.h"
#include "ledger/fold.h"
#include "ledger/rows.h"
#include "segment/transition.h"

/* A customer who is looked at. */
struct subject {
	struct str id;
	bool is_touched;  /* their records changed */
	bool is_new, is_gone;
	bool is_eligible; /* in the table of emails */
	uint8_t alone;    /* enum standing_reason, as far as it can be told of them alone */
	struct str email, mobile; /* of one who is gone: the last known */
};

struct exporting {
	struct state *s;
	const struct export_source *x;
	struct files files;
	struct tallies tallies;
	bool is_first;
	struct arena keep;    /* until the export is written */
	struct arena scratch; /* one customer's */
	struct subject *list;
	size_t n, cap;
	struct str *emails;   /* mailboxes in which something changed */
	size_t emails_n, emails_cap;
	struct verdicts verdicts;
	bool *member;
	struct buf key, row, memberships;
	struct err *e;
};

static struct subject *
add_subject(struct exporting *g, struct str id)
{
	if (g->n == g->cap) {
		g->cap = g->cap == 0 ? 256 : 2 * g->cap;
		g->list = mem_resize(g->list, g->cap, sizeof(*g->list));
	}
	g->list[g->n] = (struct subject){ .id = id };
	return &g->list[g->n++];
}

static int
by_id(const void *x, const void *y)
{
	const struct subject *a = x, *b = y;
	int c = str_cmp(a->id, b->id);

	/* of two entries for one customer the one that knows more is first */
	return c != 0 ? c : (int)b->is_touched - (int)a->is_touched;
}

static void
sort_subjects(struct exporting *g)
{
	size_t kept = 0;

	if (g->n == 0)
		return;
	qsort(g->list, g->n, sizeof(*g->list), by_id);
	for (size_t i = 0; i < g->n; i++)
		if (kept == 0 ||
		    !str_eq(g->list[kept - 1].id, g->list[i].id))
			g->list[kept++] = g->list[i];
	g->n = kept;
}

/* All customers of a table: only after a change of rules or settings. */
static int
add_everybody(struct exporting *g, enum state_table table)
{
	struct kv_cur *c = kv_cursor(g->s->txn, table, g->e);
	struct str id, row;
	int rc;

	if (c == NULL)
		return -1;
	rc = kv_seek(c, STR(""), &id, &row, g->e);
	while (rc > 0) {
		add_subject(g, str_copy(&g->keep, id));
		rc = kv_next(c, &id, &row, g->e);
	}
	kv_cursor_close(c);
	return rc;
}

static int
add_due(struct exporting *g)
{
	struct kv_cur *c = kv_cursor(g->s->txn, TABLE_DUE, g->e);
	struct str key, row;
	int rc;

	if (c == NULL)
		return -1;
	rc = kv_seek(c, STR(""), &key, &row, g->e);
	while (rc > 0) {
		struct unpack u = unpack_of(key);

		if (unpack_key_i64(&u) > g->x->as_of)
			break;
		add_subject(g, str_copy(&g->keep, unpack_rest(&u)));
		rc = kv_next(c, &key, &row, g->e);
	}
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

static int
gather(struct exporting *g)
{
	for (size_t i = 0; i < g->x->touched->n; i++)
		add_subject(g, g->x->touched->ids[i])->is_touched = true;
	if (add_due(g) < 0)
		return -1;
	if (!g->is_first &&
	    (g->tallies.any_redefined || g->x->is_recounted ||
	        g->x->is_everybody) &&
	    add_everybody(g, TABLE_PROFILES) < 0)
		return -1;
	if (g->x->is_recounted && add_everybody(g, TABLE_ORPHANS) < 0)
		return -1;
	sort_subjects(g);
	return 0;
}

/* Returns 1 and the standing stored, 0 and one of nobody. */
static int
load_standing(struct exporting *g, struct str id, struct standing *out)
{
	struct str row;
	int rc = kv_get(g->s->txn, TABLE_STANDINGS, id, &row, g->e);

	*out = (struct standing){ .due = WHEN_NEVER };
	if (rc <= 0)
		return rc;
	if (!standing_unpack(str_copy(&g->scratch, row), out))
		return state_broken(g->e, "a customer's standing");
	return 1;
}

static void
mark_email(struct exporting *g, struct str email)
{
	if (email.n == 0)
		return;
	if (g->emails_n == g->emails_cap) {
		g->emails_cap = g->emails_cap == 0 ? 64 : 2 * g->emails_cap;
		g->emails = mem_resize(
		    g->emails, g->emails_cap, sizeof(*g->emails));
	}
	g->emails[g->emails_n++] = str_copy(&g->keep, email);
}

/* The stored profile, or a rebuilt one if something it comes from changed. */
static int
load_profile(struct exporting *g, const struct subject *u, struct folded *f)
{
	int rc;

	*f = (struct folded){ 0 };
	if (u->is_touched || g->x->is_recounted)
		return fold_touched(&g->scratch, g->s, g->x->ledger, u->id, f,
		    g->e);
	rc = fold_stored(&g->scratch, g->s, u->id, &f->now, g->e);
	if (rc <= 0)
		return rc < 0 ? -1
		              : state_broken(g->e, "a profile that is due");
	f->had = f->has = true;
	f->before = f->now;
	return 0;
}

/* First look: the profile, and the place among those who share an email. */
static int
look_alone(struct exporting *g, struct subject *u)
{
	struct standing before;
	struct folded f;
	struct mailbox now = { 0 };
	struct str old_email;
	bool changed;

	if (load_standing(g, u->id, &before) < 0 || load_profile(g, u, &f) < 0)
		return -1;
	u->is_new = f.has && !f.had;
	u->is_gone = f.had && !f.has;
	if (u->is_gone) {
		u->email = str_copy(&g->keep, f.before.email);
		u->mobile = str_copy(&g->keep, f.before.mobile);
	}
	if (f.has) {
		u->alone = (uint8_t)identity_alone(
		    g->x->settings, &f.now, g->x->as_of);
		u->is_eligible =
		    u->alone == STANDING_CONTACT && f.now.email.n > 0;
	}
	if (u->is_eligible)
		now = (struct mailbox){ f.now.email, f.now.last_purchase,
			f.now.created };
	old_email = before.is_eligible ? f.before.email : (struct str){ 0 };
	if (identity_move(g->s, u->id, old_email, &now, &changed, g->e) < 0)
		return -1;
	if (changed) {
		mark_email(g, old_email);
		mark_email(g, now.email);
	}
	return 0;
}

/* Customers of whom only the orders are known are counted, not looked at. */
static int
look_at_all(struct exporting *g)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->n; i++) {
		struct subject u = g->list[i];
		struct str row;
		int rc;

		if (look_alone(g, &u) < 0)
			return -1;
		arena_reset(&g->scratch);
		rc = u.is_gone ? 1
		               : kv_get(g->s->txn, TABLE_PROFILES, u.id, &row,
		                     g->e);
		if (rc < 0)
			return -1;
		if (rc > 0)
			g->list[kept++] = u;
	}
	g->n = kept;
	return 0;
}

static int
by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static int
by_verdict_id(const void *x, const void *y)
{
	return str_cmp(((const struct verdict *)x)->id,
	    ((const struct verdict *)y)->id);
}

/* The subject of that id among the first ${n}, which are sorted; NULL. */
static struct subject *
find_subject(const struct exporting *g, size_t n, struct str id)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = str_cmp(g->list[mid].id, id);

		if (c == 0)
			return &g->list[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* Those who share a mailbox in which something changed, and of whom something else holds now. */
static int
add_mates(struct exporting *g)
{
	size_t n = g->n;

	for (size_t i = 0; i < g->verdicts.n; i++) {
		const struct verdict *v = &g->verdicts.list[i];
		struct standing before;
		struct subject *u;

		if (find_subject(g, n, v->id) != NULL)
			continue;
		if (load_standing(g, v->id, &before) < 0)
			return -1;
		if (before.reason != v->reason ||
		    !str_eq(before.detail, v->detail)) {
			u = add_subject(g, v->id);
			u->is_eligible = true;
			u->alone = STANDING_CONTACT;
		}
		arena_reset(&g->scratch);
	}
	sort_subjects(g);
	return 0;
}

static int
decide_mailboxes(struct exporting *g)
{
	if (g->emails_n == 0)
		return 0;
	qsort(g->emails, g->emails_n, sizeof(*g->emails), by_text);
	for (size_t i = 0; i < g->emails_n; i++)
		if ((i == 0 || !str_eq(g->emails[i - 1], g->emails[i])) &&
		    identity_decide(&g->keep, g->s, g->emails[i],
		        &g->verdicts, g->e) < 0)
			return -1;
	if (g->verdicts.n > 0)
		qsort(g->verdicts.list, g->verdicts.n,
		    sizeof(*g->verdicts.list), by_verdict_id);
	return add_mates(g);
}

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

static void
decide_reason(const struct exporting *g, struct person *p)
{
	struct verdict key = { .id = p->u->id };
	const struct verdict *v = NULL;

	p->now.reason = (enum standing_reason)p->u->alone;
	p->now.is_eligible = p->u->is_eligible;
	if (!p->u->is_eligible)
		return;
	if (g->verdicts.n > 0)
		v = bsearch(&key, g->verdicts.list, g->verdicts.n,
		    sizeof(key), by_verdict_id);
	p->now.reason = v != NULL ? v->reason : p->before.reason;
	p->now.detail = v != NULL ? v->detail : p->before.detail;
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
		decide_reason(g, p);
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
	int rc = load_standing(g, u->id, &p.before);

	if (rc < 0)
		return -1;
	p.had = rc > 0;
	if (judge(g, &p) < 0 || write_events(g, &p) < 0 ||
	    write_segments(g, &p) < 0 || store_standing(g, &p) < 0)
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
	for (size_t i = 0; i < g->n; i++) {
		if (write_person(g, &g->list[i]) < 0)
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
	    tallies_store(g->s, &g->tallies, g->e) < 0)
		return -1;
	return summary_write(&g->files, g->s, &summary, g->e);
}

static int
run(struct exporting *g, struct out *o)
{
	if (tallies_load(&g->keep, g->s, g->x->rules, g->x->rules_before,
	        &g->tallies, g->e) < 0 ||
	    files_begin(&g->files, o, &g->tallies, g->x->settings->csv_bom,
	        g->e) < 0)
		return -1;
	g->member = arena_zero(&g->keep, g->x->rules->n + 1, sizeof(bool));
	if (g->x->is_recounted &&
	    fold_recount(g->s, g->x->ledger, g->e) < 0)
		return -1;
	if (gather(g) < 0 || look_at_all(g) < 0 || decide_mailboxes(g) < 0)
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
	mem_free(g.list);
	mem_free(g.emails);
	mem_free(g.verdicts.list);
	arena_release(&g.keep);
	arena_release(&g.scratch);
	buf_release(&g.key);
	buf_release(&g.row);
	buf_release(&g.memberships);
	return rc;
}
