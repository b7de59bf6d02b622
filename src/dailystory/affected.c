#include "dailystory/affected.h"

#include <stdlib.h>

#include "base/pack.h"
#include "base/timestamp.h"
#include "dailystory/workers.h"
#include "profile/profile.h"

struct search {
	struct affected *out;
	struct state *s;
	const struct export_source *x;
	struct arena scratch; /* one customer's */
	struct buf emails;    /* struct str: those of which something changed */
	struct err *e;
};

static struct affected_customer *
add_customer(struct search *g, struct str id)
{
	struct affected *out = g->out;

	if (out->n == out->cap) {
		out->cap = out->cap == 0 ? 256 : 2 * out->cap;
		out->list = mem_resize(out->list, out->cap, sizeof(*out->list));
	}
	out->list[out->n] = (struct affected_customer){ .id = id };
	return &out->list[out->n++];
}

static int
by_id(const void *x, const void *y)
{
	const struct affected_customer *a = x, *b = y;

	return str_cmp(a->id, b->id);
}

/* By id, each once. */
static void
sort_customers(struct affected *out)
{
	size_t kept = 0;

	if (out->n == 0)
		return;
	qsort(out->list, out->n, sizeof(*out->list), by_id);
	for (size_t i = 0; i < out->n; i++) {
		if (kept == 0 || by_id(&out->list[kept - 1], &out->list[i]) != 0)
			out->list[kept++] = out->list[i];
		else
			out->list[kept - 1].is_changed |= out->list[i].is_changed;
	}
	out->n = kept;
}

/* The customers of a table; of the table of due times those whose time has come. */
static int
add_table(struct search *g, enum state_table table)
{
	struct kv_cur *c = kv_cursor(g->s->txn, table, g->e);
	struct str key, row;
	int rc;

	if (c == NULL)
		return -1;
	rc = kv_seek(c, STR(""), &key, &row, g->e);
	while (rc > 0) {
		struct unpack u = unpack_of(key);

		if (table == TABLE_DUE && unpack_key_i64(&u) > g->x->as_of)
			break;
		add_customer(g, str_copy(&g->out->arena, unpack_rest(&u)));
		rc = kv_next(c, &key, &row, g->e);
	}
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

static int
collect(struct search *g, bool is_everybody)
{
	for (size_t i = 0; i < g->x->changed->n; i++)
		add_customer(g, g->x->changed->ids[i])->is_changed = true;
	if (add_table(g, TABLE_DUE) < 0 || (is_everybody && add_table(g, TABLE_PROFILES) < 0) ||
	    (g->x->is_recounted && add_table(g, TABLE_UNATTRIBUTED) < 0))
		return -1;
	sort_customers(g->out);
	return 0;
}

/* One customer's place in the table of emails; an empty email is none. */
struct email_change {
	struct str before, now;
	enum skipped_reason alone;
	bool is_rebuilt;
};

static int
find_email(void *context, struct arena *a, struct state *s, size_t i, void *result, struct err *e)
{
	const struct search *g = context;
	const struct affected_customer *u = &g->out->list[i];
	struct email_change *x = result;
	struct contact_status before;
	struct profile p = { 0 };
	int has = 0;

	x->is_rebuilt = u->is_changed || g->x->is_recounted;
	if (affected_status(a, s, u->id, &before, e) < 0)
		return -1;
	if (before.is_eligible || !x->is_rebuilt)
		has = profile_stored_brief(a, s, u->id, &p, e);
	if (before.is_eligible && has > 0)
		x->before = p.email;
	if (x->is_rebuilt && has >= 0)
		has = profile_record(a, s, g->x->ledger, u->id, &p, e);
	if (has <= 0)
		return has;
	x->alone = identity_alone(g->x->settings, &p, g->x->as_of);
	if (x->alone == SKIPPED_NONE)
		x->now = p.email;
	return 0;
}

static void
mark_email(struct search *g, struct str email)
{
	struct str copy;

	if (email.n == 0)
		return;
	copy = str_copy(&g->out->arena, email);
	buf_add(&g->emails, &copy, sizeof(copy));
}

/* A rebuilt profile may have another last purchase, which decides who is kept. */
static int
store_email(void *context, size_t i, void *result, struct err *e)
{
	struct search *g = context;
	struct affected_customer *u = &g->out->list[i];
	const struct email_change *x = result;
	bool is_other = !str_eq(x->before, x->now);

	u->alone = x->alone;
	u->is_eligible = x->now.n > 0;
	if (is_other)
		mark_email(g, x->before);
	if (is_other || x->is_rebuilt)
		mark_email(g, x->now);
	return identity_move(g->s, u->id, x->before, x->now, e);
}

static int
follow_emails(struct search *g)
{
	struct workers w = {
		.n = g->out->n,
		.result_size = sizeof(struct email_change),
		.context = g,
		.find = find_email,
		.store = store_email,
	};

	return workers_run(g->s, g->x->jobs, &w, g->e);
}

static int
by_decision_id(const void *x, const void *y)
{
	const struct identity_decision *a = x, *b = y;

	return str_cmp(a->id, b->id);
}

/* Those who share an email of which something changed, and for whom something else holds now. */
static int
add_sharing(struct search *g)
{
	struct affected *out = g->out;
	size_t n = out->n;

	for (size_t i = 0; i < out->decisions.n; i++) {
		const struct identity_decision *d = &out->decisions.list[i];
		const struct affected_customer key = { .id = d->id };
		struct contact_status before;
		struct affected_customer *u;

		if (n > 0 && bsearch(&key, out->list, n, sizeof(key), by_id) != NULL)
			continue;
		if (affected_status(&g->scratch, g->s, d->id, &before, g->e) < 0)
			return -1;
		if (before.reason != d->reason || !str_eq(before.detail, d->detail)) {
			u = add_customer(g, d->id);
			u->is_eligible = true;
			u->alone = SKIPPED_NONE;
		}
		arena_reset(&g->scratch);
	}
	sort_customers(out);
	return 0;
}

static int
decide_emails(struct search *g)
{
	struct identity_decisions *d = &g->out->decisions;
	struct str *emails = (void *)g->emails.p;
	size_t n = g->emails.n / sizeof(*emails);

	if (n == 0)
		return 0;
	qsort(emails, n, sizeof(*emails), str_order);
	for (size_t i = 0; i < n; i++)
		if ((i == 0 || !str_eq(emails[i - 1], emails[i])) &&
		    identity_decide(&g->out->arena, g->s, g->x->ledger, emails[i], d, g->e) < 0)
			return -1;
	if (d->n > 0)
		qsort(d->list, d->n, sizeof(*d->list), by_decision_id);
	return add_sharing(g);
}

int
affected_find(struct affected *out, struct state *s, const struct export_source *source,
    bool is_everybody, struct err *e)
{
	struct search g = { .out = out, .s = s, .x = source, .e = e };
	int rc = collect(&g, is_everybody);

	if (rc == 0)
		rc = follow_emails(&g);
	if (rc == 0)
		rc = decide_emails(&g);
	buf_release(&g.emails);
	arena_release(&g.scratch);
	return rc;
}

void
affected_reason(const struct affected *x, const struct affected_customer *u,
    const struct contact_status *before, struct contact_status *out)
{
	struct identity_decision key = { .id = u->id };
	const struct identity_decision *d = NULL;

	out->reason = u->alone;
	out->is_eligible = u->is_eligible;
	if (!u->is_eligible)
		return;
	if (x->decisions.n > 0)
		d = bsearch(&key, x->decisions.list, x->decisions.n, sizeof(key), by_decision_id);
	out->reason = d != NULL ? d->reason : before->reason;
	out->detail = d != NULL ? d->detail : before->detail;
}

int
affected_status(
    struct arena *a, struct state *s, struct str id, struct contact_status *out, struct err *e)
{
	struct str row;
	int rc = kv_get(s->txn, TABLE_CONTACT_STATUS, id, &row, e);

	*out = (struct contact_status){ .due = TIMESTAMP_NEVER };
	if (rc <= 0)
		return rc;
	if (!row_contact_status_unpack(str_copy(a, row), out))
		return state_broken(e, "a customer's status");
	return 1;
}

void
affected_release(struct affected *x)
{
	mem_free(x->list);
	mem_free(x->decisions.list);
	arena_release(&x->arena);
	*x = (struct affected){ 0 };
}
