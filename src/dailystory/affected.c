#include "dailystory/affected.h"

#include <stdlib.h>

#include "base/pack.h"
#include "base/timestamp.h"
#include "dailystory/chains.h"
#include "dailystory/workers.h"
#include "profile/profile.h"

struct choosing {
	struct affected *out;
	struct state *s;
	const struct export_source *x;
	struct arena scratch;                /* one customer's */
	struct buf addresses[HOLDERS_KINDS]; /* struct str: those of which something changed */
	struct chains chains;
	struct err *e;
};

static struct affected_customer *
add_customer(struct choosing *g, struct str id)
{
	struct affected *out = g->out;

	out->list = mem_grow(out->list, out->n, &out->cap, sizeof(*out->list));
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
add_table(struct choosing *g, enum state_table table)
{
	struct kv_cursor *c = kv_all(g->s->txn, table, g->e);
	struct str key, row;
	int rc;

	while ((rc = kv_next(c, &key, &row, g->e)) > 0) {
		struct unpack u = unpack_of(key);

		if (table == TABLE_DUE && unpack_key_i64(&u) > g->x->run->as_of)
			break;
		add_customer(g, str_copy(&g->out->arena, unpack_rest(&u)));
	}
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

static int
collect(struct choosing *g, bool is_everybody)
{
	for (size_t i = 0; i < g->x->changed->n; i++)
		add_customer(g, g->x->changed->ids[i])->is_changed = true;
	if (add_table(g, TABLE_DUE) < 0 || (is_everybody && add_table(g, TABLE_PROFILES) < 0) ||
	    (g->x->is_recounted && add_table(g, TABLE_UNATTRIBUTED) < 0))
		return -1;
	sort_customers(g->out);
	return 0;
}

/* One customer's places in the tables of addresses. */
struct place_change {
	struct holders_place before[HOLDERS_KINDS], now[HOLDERS_KINDS];
	enum skipped_reason alone;
	bool is_rebuilt, has;
	bool held_email, is_created_other;
};

static void
set_places(struct holders_place *places, const struct profile *p, bool takes_part)
{
	places[HOLDERS_EMAIL] = (struct holders_place){ p->email, takes_part };
	places[HOLDERS_MOBILE] = (struct holders_place){ p->mobile, takes_part };
}

static int
find_places(void *context, struct arena *a, struct state *s, size_t i, void *result, struct err *e)
{
	const struct choosing *g = context;
	const struct affected_customer *u = &g->out->list[i];
	struct place_change *x = result;
	struct contact_status before;
	struct profile p = { 0 };
	int had = affected_status(a, s, u->id, &before, e);
	int has = had;
	int64_t created;

	x->held_email = before.holds_email;
	x->is_rebuilt = u->is_changed || g->x->is_recounted;
	if (had > 0)
		has = profile_stored_brief(a, s, u->id, &p, e);
	if (had < 0 || has < 0)
		return -1;
	if (had > 0)
		set_places(x->before, &p, before.takes_part);
	created = p.created;
	if (x->is_rebuilt)
		has = profile_record(a, s, g->x->run->records, u->id, &p, e);
	if (has <= 0)
		return has;
	x->has = true;
	x->is_created_other = p.created != created;
	x->alone = identity_alone(g->x->run->exports, &p, g->x->run->as_of);
	set_places(x->now, &p, x->alone == SKIPPED_NONE);
	return 0;
}

static void
mark(struct choosing *g, enum holders_kind kind, struct str address)
{
	buf_add(&g->addresses[kind], &address, sizeof(address));
}

/* Who holds an address is asked again where somebody comes or goes, and where what decides may be
 * another.  The last purchase is nothing to a mobile; who holds an email is, and where only that
 * is another, mark_mobile asks. */
static bool
is_asked_again(const struct place_change *x, enum holders_kind kind)
{
	return x->is_rebuilt &&
	       (kind == HOLDERS_EMAIL || x->is_created_other ||
	           !str_eq(x->before[HOLDERS_EMAIL].address, x->now[HOLDERS_EMAIL].address));
}

static int
store_place(struct choosing *g, const struct affected_customer *u, const struct place_change *x,
    enum holders_kind kind, struct str now)
{
	const struct holders_place *b = &x->before[kind], *n = &x->now[kind];
	bool is_other = !str_eq(b->address, n->address);
	bool begins = n->takes_part && (is_other || !b->takes_part);
	bool ends = b->takes_part && (is_other || !n->takes_part);

	if (b->address.n > 0 && (is_other || ends)) {
		struct str before = str_copy(&g->out->arena, b->address);

		if (ends)
			mark(g, kind, before);
		if (is_other)
			chains_former(&g->chains, kind, before, u->id);
	}
	if (n->address.n > 0 && (begins || (n->takes_part && is_asked_again(x, kind))))
		mark(g, kind, now);
	return holders_move(g->s, kind, u->id, b, n, g->e);
}

static int
store_places(void *context, size_t i, void *result, struct err *e)
{
	struct choosing *g = context;
	struct affected_customer *u = &g->out->list[i];
	const struct place_change *x = result;

	(void)e; /* it is g->e */
	u->alone = x->alone;
	u->held_email = x->held_email;
	u->takes_part = x->has && x->alone == SKIPPED_NONE;
	u->their.email = str_copy(&g->out->arena, x->now[HOLDERS_EMAIL].address);
	u->their.mobile = str_copy(&g->out->arena, x->now[HOLDERS_MOBILE].address);
	if (store_place(g, u, x, HOLDERS_EMAIL, u->their.email) < 0)
		return -1;
	return store_place(g, u, x, HOLDERS_MOBILE, u->their.mobile);
}

static int
follow_addresses(struct choosing *g)
{
	struct workers w = {
		.n = g->out->n,
		.result_size = sizeof(struct place_change),
		.context = g,
		.find = find_places,
		.store = store_places,
	};

	return workers_run(g->s, g->x->run->jobs, &w, g->e);
}

static const struct affected_customer *
find_affected(const struct affected *x, size_t n, struct str id)
{
	const struct affected_customer key = { .id = id };

	return n == 0 ? NULL : bsearch(&key, x->list, n, sizeof(key), by_id);
}

static bool
holds(const struct holders_decision *d)
{
	return str_eq(d->holder, d->id);
}

static int
decide(struct choosing *g, enum holders_kind kind, const struct holders_facts *facts)
{
	struct holders_decisions *d = &g->out->decisions[kind];
	struct str *list = (void *)g->addresses[kind].p;
	size_t n = g->addresses[kind].n / sizeof(*list);

	if (n > 0)
		qsort(list, n, sizeof(*list), str_order);
	for (size_t i = 0; i < n; i++)
		if ((i == 0 || !str_eq(list[i - 1], list[i])) &&
		    holders_decide(&g->out->arena, g->s, g->x->run->records, kind, list[i], facts,
		        d, g->e) < 0)
			return -1;
	holders_sort(d);
	return 0;
}

static bool
is_stored(void *context, struct str id)
{
	const struct choosing *g = context;
	const struct affected_customer *u = find_affected(g->out, g->out->n, id);

	return !g->x->is_recounted && (u == NULL || !u->is_changed);
}

/* As it was decided with this snapshot, else as it was. */
static int
holds_email(void *context, const struct profile *p, bool *out, struct err *e)
{
	struct choosing *g = context;
	const struct holders_decision *d = holders_find(&g->out->decisions[HOLDERS_EMAIL], p->id);
	struct contact_status before;
	int rc = 0;

	*out = d != NULL && holds(d);
	if (d != NULL || p->email.n == 0)
		return 0;
	rc = affected_status(&g->scratch, g->s, p->id, &before, e);
	*out = before.holds_email;
	arena_reset(&g->scratch);
	return rc < 0 ? -1 : 0;
}

/* Who holds an email now, or holds none any more, may lose a mobile by it, or get one. */
static int
mark_mobile(struct choosing *g, const struct holders_decision *d)
{
	const struct affected_customer *u = find_affected(g->out, g->out->n, d->id);
	struct contact_status before;
	struct profile p = { 0 };
	int rc;

	if (u != NULL) {
		if (u->held_email != holds(d) && u->their.mobile.n > 0)
			mark(g, HOLDERS_MOBILE, u->their.mobile);
		return 0;
	}
	rc = affected_status(&g->scratch, g->s, d->id, &before, g->e);
	if (rc >= 0 && before.holds_email != holds(d))
		rc = profile_stored_brief(&g->scratch, g->s, d->id, &p, g->e);
	if (rc >= 0 && p.mobile.n > 0)
		mark(g, HOLDERS_MOBILE, str_copy(&g->out->arena, p.mobile));
	arena_reset(&g->scratch);
	return rc < 0 ? -1 : 0;
}

/* One of those who share an address of which something changed, if something else holds for them
 * now; their own records and age are as before. */
static int
add_sharing(struct choosing *g, size_t n, struct str id)
{
	struct affected_customer u = { .id = id, .takes_part = true };
	struct contact_status before, now = { 0 };
	struct profile p = { 0 };
	int rc;

	if (find_affected(g->out, n, id) != NULL)
		return 0;
	rc = affected_status(&g->scratch, g->s, id, &before, g->e);
	if (rc > 0)
		rc = profile_stored_brief(&g->scratch, g->s, id, &p, g->e);
	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(g->e, "one of those who share an address");
	u.their = (struct identity_addresses){ p.email, p.mobile };
	affected_reason(g->out, &u, &before, &now);
	if (before.holds_email != now.holds_email || before.holds_mobile != now.holds_mobile ||
	    !str_eq(before.detail, now.detail)) {
		u.their.email = str_copy(&g->out->arena, p.email);
		u.their.mobile = str_copy(&g->out->arena, p.mobile);
		*add_customer(g, id) = u;
	}
	arena_reset(&g->scratch);
	return 0;
}

/* With a first snapshot everybody is in the list, and all their addresses are marked. */
static int
decide_addresses(struct choosing *g)
{
	const struct holders_facts facts = { is_stored, holds_email, g };
	const struct holders_decisions *d = g->out->decisions;
	bool is_first = g->s->totals.applied == 1;
	size_t n = g->out->n;

	if (decide(g, HOLDERS_EMAIL, &facts) < 0)
		return -1;
	for (size_t i = 0; !is_first && i < d[HOLDERS_EMAIL].n; i++)
		if (mark_mobile(g, &d[HOLDERS_EMAIL].list[i]) < 0)
			return -1;
	if (decide(g, HOLDERS_MOBILE, &facts) < 0)
		return -1;
	if (is_first)
		return 0;
	for (size_t kind = 0; kind < HOLDERS_KINDS; kind++)
		for (size_t i = 0; i < d[kind].n; i++)
			if (add_sharing(g, n, d[kind].list[i].id) < 0)
				return -1;
	sort_customers(g->out);
	return 0;
}

/* A row that gets an address may become too long, and one that loses it short enough. */
static bool
may_change_standing(const struct contact_status *before, const struct contact_status *now)
{
	return row_is_contact(before) != row_is_contact(now) ||
	       before->reason == SKIPPED_TOO_LONG || before->holds_email != now->holds_email ||
	       before->holds_mobile != now->holds_mobile;
}

/* Whether somebody in their chain changed, of who becomes or ceases to be a contact. */
static int
find_link(struct choosing *g, struct affected_customer *u)
{
	struct contact_status before, now = { 0 };
	int rc;

	if (u->is_changed)
		return 0;
	rc = affected_status(&g->scratch, g->s, u->id, &before, g->e);
	affected_reason(g->out, u, &before, &now);
	if (rc > 0 && may_change_standing(&before, &now))
		rc = chains_is_changed(&g->chains, u->id, &u->is_linked, g->e);
	arena_reset(&g->scratch);
	return rc < 0 ? -1 : 0;
}

static int
find_links(struct choosing *g)
{
	if (g->s->totals.applied == 1)
		return 0;
	for (size_t i = 0; i < g->out->n; i++)
		if (find_link(g, &g->out->list[i]) < 0)
			return -1;
	return 0;
}

int
affected_find(struct affected *out, struct state *s, const struct export_source *source,
    bool is_everybody, struct err *e)
{
	struct choosing g = { .out = out, .s = s, .x = source, .e = e };
	int rc;

	g.chains = (struct chains){ .s = s,
		.settings = source->run->records,
		.changed = source->changed->ids,
		.changed_n = source->changed->n };
	rc = collect(&g, is_everybody);
	if (rc == 0)
		rc = follow_addresses(&g);
	if (rc == 0)
		rc = decide_addresses(&g);
	if (rc == 0)
		rc = find_links(&g);
	chains_release(&g.chains);
	buf_release(&g.addresses[HOLDERS_EMAIL]);
	buf_release(&g.addresses[HOLDERS_MOBILE]);
	arena_release(&g.scratch);
	return rc;
}

/* An address that was not decided again is held as before. */
static bool
is_held(const struct holders_decision *d, struct str address, bool before)
{
	if (address.n == 0)
		return false;
	return d != NULL ? holds(d) : before;
}

void
affected_reason(const struct affected *x, const struct affected_customer *u,
    const struct contact_status *before, struct contact_status *out)
{
	const struct holders_decision *email, *mobile, *lost;
	bool is_written;

	out->reason = u->alone;
	out->takes_part = u->takes_part;
	if (!u->takes_part)
		return;
	email = holders_find(&x->decisions[HOLDERS_EMAIL], u->id);
	mobile = holders_find(&x->decisions[HOLDERS_MOBILE], u->id);
	out->holds_email = is_held(email, u->their.email, before->holds_email);
	out->holds_mobile = is_held(mobile, u->their.mobile, before->holds_mobile);
	is_written = out->holds_email || out->holds_mobile;
	if (u->their.email.n > 0 && !out->holds_email) {
		out->reason = is_written ? SKIPPED_SHARED_EMAIL : SKIPPED_DUPLICATE_EMAIL;
		lost = email;
	} else if (u->their.mobile.n > 0 && !out->holds_mobile) {
		out->reason = is_written ? SKIPPED_SHARED_MOBILE : SKIPPED_DUPLICATE_MOBILE;
		lost = mobile;
	} else {
		return;
	}
	/* Who lost the email before and gets it now has had the mobile decided with it. */
	out->detail = lost != NULL ? lost->holder : before->detail;
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
	mem_free(x->decisions[HOLDERS_EMAIL].list);
	mem_free(x->decisions[HOLDERS_MOBILE].list);
	arena_release(&x->arena);
	*x = (struct affected){ 0 };
}
