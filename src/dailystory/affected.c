#include "dailystory/affected.h"

#include <stdlib.h>

#include "base/pack.h"
#include "base/timestamp.h"
#include "dailystory/workers.h"
#include "profile/profile.h"

struct finding {
	struct affected *j;
	struct state *s;
	const struct affected_source *x;
	struct arena scratch; /* one customer's */
	struct str *emails;   /* mailboxes in which something changed */
	size_t emails_n, emails_cap;
	size_t kept; /* of the list, when it was looked at */
	struct err *e;
};

static struct affected_customer *
add_subject(struct finding *g, struct str id)
{
	if (g->j->n == g->j->cap) {
		g->j->cap = g->j->cap == 0 ? 256 : 2 * g->j->cap;
		g->j->list = mem_resize(g->j->list, g->j->cap, sizeof(*g->j->list));
	}
	g->j->list[g->j->n] = (struct affected_customer){ .id = id };
	return &g->j->list[g->j->n++];
}

static int
by_id(const void *x, const void *y)
{
	const struct affected_customer *a = x, *b = y;
	int c = str_cmp(a->id, b->id);

	/* of two entries for one customer the one that knows more is first */
	return c != 0 ? c : (int)b->is_touched - (int)a->is_touched;
}

static void
sort_subjects(struct finding *g)
{
	size_t kept = 0;

	if (g->j->n == 0)
		return;
	qsort(g->j->list, g->j->n, sizeof(*g->j->list), by_id);
	for (size_t i = 0; i < g->j->n; i++)
		if (kept == 0 || !str_eq(g->j->list[kept - 1].id, g->j->list[i].id))
			g->j->list[kept++] = g->j->list[i];
	g->j->n = kept;
}

/* All customers of a table: only after a change of rules or settings. */
static int
add_everybody(struct finding *g, enum state_table table)
{
	struct kv_cur *c = kv_cursor(g->s->txn, table, g->e);
	struct str id, row;
	int rc;

	if (c == NULL)
		return -1;
	rc = kv_seek(c, STR(""), &id, &row, g->e);
	while (rc > 0) {
		add_subject(g, str_copy(&g->j->keep, id));
		rc = kv_next(c, &id, &row, g->e);
	}
	kv_cursor_close(c);
	return rc;
}

static int
add_due(struct finding *g)
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
		add_subject(g, str_copy(&g->j->keep, unpack_rest(&u)));
		rc = kv_next(c, &key, &row, g->e);
	}
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

static int
gather(struct finding *g)
{
	for (size_t i = 0; i < g->x->touched->n; i++)
		add_subject(g, g->x->touched->ids[i])->is_touched = true;
	if (add_due(g) < 0)
		return -1;
	if (g->x->is_everybody && add_everybody(g, TABLE_PROFILES) < 0)
		return -1;
	if (g->x->is_recounted && add_everybody(g, TABLE_UNATTRIBUTED) < 0)
		return -1;
	sort_subjects(g);
	return 0;
}

static void
mark_email(struct finding *g, struct str email)
{
	if (email.n == 0)
		return;
	if (g->emails_n == g->emails_cap) {
		g->emails_cap = g->emails_cap == 0 ? 64 : 2 * g->emails_cap;
		g->emails = mem_resize(g->emails, g->emails_cap, sizeof(*g->emails));
	}
	g->emails[g->emails_n++] = str_copy(&g->j->keep, email);
}

/* What is seen of a customer at first: the profile, and the place among those who share an email.
 */
struct glance {
	struct profile_update f;
	bool is_folded; /* else nothing it comes from changed */
	enum skipped_reason alone;
	bool is_eligible;
	struct mailbox before;
};

static struct mailbox
mailbox_of(const struct profile *p)
{
	return (struct mailbox){ p->email, p->last_purchase, p->created };
}

/* The stored profile, or a rebuilt one if something it comes from changed. */
static int
look_at_profile(const struct finding *g, struct arena *a, struct state *s,
    const struct affected_customer *u, struct glance *x, struct err *e)
{
	int rc;

	x->is_folded = u->is_touched || g->x->is_recounted;
	if (x->is_folded)
		return profile_look(a, s, g->x->ledger, u->id, &x->f, e);
	rc = profile_stored(a, s, u->id, &x->f.now, e);
	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(e, "a profile that is due");
	x->f.had = x->f.has = true;
	x->f.before = x->f.now;
	return 0;
}

static int
look(void *context, struct arena *a, struct state *s, size_t i, void *finding, struct err *e)
{
	const struct finding *g = context;
	const struct affected_customer *u = &g->j->list[i];
	struct glance *x = finding;
	struct contact_status before;

	if (affected_standing(a, s, u->id, &before, e) < 0 || look_at_profile(g, a, s, u, x, e) < 0)
		return -1;
	if (before.is_eligible)
		x->before = mailbox_of(&x->f.before);
	if (!x->f.has)
		return 0;
	x->alone = identity_alone(g->x->settings, &x->f.now, g->x->as_of);
	x->is_eligible = x->alone == SKIPPED_NONE && x->f.now.email.n > 0;
	return 0;
}

/* Customers of whom only the orders are known are counted, not looked at any further. */
static int
keep(void *context, size_t i, void *finding, struct err *e)
{
	struct finding *g = context;
	struct affected_customer u = g->j->list[i];
	const struct glance *x = finding;
	const struct profile_update *f = &x->f;
	struct mailbox now = { 0 };
	bool changed;

	if (x->is_folded && profile_keep(g->s, u.id, f, e) < 0)
		return -1;
	u.is_new = f->has && !f->had;
	u.is_gone = f->had && !f->has;
	u.alone = (uint8_t)x->alone;
	u.is_eligible = x->is_eligible;
	if (u.is_gone) {
		u.email = str_copy(&g->j->keep, f->before.email);
		u.mobile = str_copy(&g->j->keep, f->before.mobile);
	}
	if (x->is_eligible)
		now = mailbox_of(&f->now);
	if (identity_move(g->s, u.id, &x->before, &now, &changed, e) < 0)
		return -1;
	if (changed) {
		mark_email(g, x->before.email);
		mark_email(g, now.email);
	}
	if (f->has || f->had)
		g->j->list[g->kept++] = u;
	return 0;
}

static int
look_at_all(struct finding *g)
{
	struct workers c = {
		.n = g->j->n,
		.finding = sizeof(struct glance),
		.context = g,
		.look = look,
		.keep = keep,
	};

	if (workers_run(g->s, g->x->jobs, &c, g->e) < 0)
		return -1;
	g->j->n = g->kept;
	return 0;
}

static int
by_verdict_id(const void *x, const void *y)
{
	return str_cmp(((const struct verdict *)x)->id, ((const struct verdict *)y)->id);
}

/* The subject of that id among the first ${n}, which are sorted; NULL. */
static struct affected_customer *
find_subject(const struct finding *g, size_t n, struct str id)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = str_cmp(g->j->list[mid].id, id);

		if (c == 0)
			return &g->j->list[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* Those who share a mailbox in which something changed, and of whom something else holds now. */
static int
add_mates(struct finding *g)
{
	size_t n = g->j->n;

	for (size_t i = 0; i < g->j->verdicts.n; i++) {
		const struct verdict *v = &g->j->verdicts.list[i];
		struct contact_status before;
		struct affected_customer *u;

		if (find_subject(g, n, v->id) != NULL)
			continue;
		if (affected_standing(&g->scratch, g->s, v->id, &before, g->e) < 0)
			return -1;
		if (before.reason != v->reason || !str_eq(before.detail, v->detail)) {
			u = add_subject(g, v->id);
			u->is_eligible = true;
			u->alone = SKIPPED_NONE;
		}
		arena_reset(&g->scratch);
	}
	sort_subjects(g);
	return 0;
}

static int
decide_mailboxes(struct finding *g)
{
	if (g->emails_n == 0)
		return 0;
	qsort(g->emails, g->emails_n, sizeof(*g->emails), str_order);
	for (size_t i = 0; i < g->emails_n; i++)
		if ((i == 0 || !str_eq(g->emails[i - 1], g->emails[i])) &&
		    identity_decide(&g->j->keep, g->s, g->emails[i], &g->j->verdicts, g->e) < 0)
			return -1;
	if (g->j->verdicts.n > 0)
		qsort(g->j->verdicts.list, g->j->verdicts.n, sizeof(*g->j->verdicts.list),
		    by_verdict_id);
	return add_mates(g);
}

int
affected_find(
    struct affected *j, struct state *s, const struct affected_source *source, struct err *e)
{
	struct finding g = { .j = j, .s = s, .x = source, .e = e };
	int rc = gather(&g);

	if (rc == 0)
		rc = look_at_all(&g);
	if (rc == 0)
		rc = decide_mailboxes(&g);
	mem_free(g.emails);
	arena_release(&g.scratch);
	return rc;
}

void
affected_reason(const struct affected *j, const struct affected_customer *u,
    const struct contact_status *before, struct contact_status *out)
{
	struct verdict key = { .id = u->id };
	const struct verdict *v = NULL;

	out->reason = (enum skipped_reason)u->alone;
	out->is_eligible = u->is_eligible;
	if (!u->is_eligible)
		return;
	if (j->verdicts.n > 0)
		v = bsearch(&key, j->verdicts.list, j->verdicts.n, sizeof(key), by_verdict_id);
	out->reason = v != NULL ? v->reason : before->reason;
	out->detail = v != NULL ? v->detail : before->detail;
}

int
affected_standing(
    struct arena *a, struct state *s, struct str id, struct contact_status *out, struct err *e)
{
	struct str row;
	int rc = kv_get(s->txn, TABLE_CONTACT_STATUS, id, &row, e);

	*out = (struct contact_status){ .due = TIMESTAMP_NEVER };
	if (rc <= 0)
		return rc;
	if (!row_contact_status_unpack(str_copy(a, row), out))
		return state_broken(e, "a customer's standing");
	return 1;
}

void
affected_release(struct affected *j)
{
	mem_free(j->list);
	mem_free(j->verdicts.list);
	arena_release(&j->keep);
	*j = (struct affected){ 0 };
}
