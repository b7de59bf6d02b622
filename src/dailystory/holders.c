#include "dailystory/holders.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "profile/profile.h"
#include "state/rows.h"

static const enum state_table tables[HOLDERS_KINDS] = { TABLE_EMAILS, TABLE_MOBILES };

/* Rows of the tables. */
#define TAKES_PART STR("1")
#define LEFT_OUT STR("")

int
holders_move(struct state *s, enum holders_kind kind, struct str id,
    const struct holders_place *before, const struct holders_place *now, struct err *e)
{
	bool is_other = !str_eq(before->address, now->address);
	struct buf key = { 0 };
	int rc = 0;

	if (before->address.n > 0 && is_other)
		rc = kv_del(s->txn, tables[kind], row_key_address(&key, before->address, id), e);
	if (rc >= 0 && now->address.n > 0 && (is_other || before->takes_part != now->takes_part))
		rc = kv_put(s->txn, tables[kind], row_key_address(&key, now->address, id),
		    now->takes_part ? TAKES_PART : LEFT_OUT, e);
	buf_release(&key);
	return rc < 0 ? -1 : 0;
}

int
holders_sharing(struct arena *a, struct state *s, enum holders_kind kind, struct str address,
    bool only, struct str **ids, size_t *n, struct err *e)
{
	struct buf from = { 0 }, found = { 0 };
	struct str prefix = row_key_address(&from, address, STR(""));
	struct kv_cursor *c = kv_scan(s->txn, tables[kind], prefix, e);
	struct str key, row;
	int rc;

	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		struct str id;

		if (only && row.n == 0)
			continue;
		id = str_copy(a, str_of(key.p + prefix.n, key.n - prefix.n));
		buf_add(&found, &id, sizeof(id));
	}
	kv_cursor_close(c);
	*ids = buf_list(&found, a, sizeof(**ids), n);
	buf_release(&from);
	return rc < 0 ? -1 : 0;
}

/* One of those who share an address, and what decides. */
struct candidate {
	struct str id;
	int64_t purchase, created;
	bool holds_email;
};

static int
compare_times(int64_t a, int64_t b)
{
	return a == b ? 0 : a < b ? -1 : 1;
}

/* Less than 0: ${x} goes before ${y}.  No time is the least number. */
static int
compare_emails(const struct candidate *x, const struct candidate *y)
{
	int d = compare_times(y->purchase, x->purchase);

	if (d == 0)
		d = compare_times(y->created, x->created);
	return d != 0 ? d : str_cmp(y->id, x->id);
}

static int
compare_mobiles(const struct candidate *x, const struct candidate *y)
{
	bool x_has = x->created != TIMESTAMP_NONE, y_has = y->created != TIMESTAMP_NONE;
	int d;

	if (x->holds_email != y->holds_email)
		return x->holds_email ? 1 : -1;
	if (x_has != y_has)
		return x_has ? -1 : 1;
	d = compare_times(x->created, y->created);
	return d != 0 ? d : str_cmp(x->id, y->id);
}

struct deciding {
	struct state *s;
	const struct record_settings *settings;
	enum holders_kind kind;
	const struct holders_facts *facts;
	struct arena scratch; /* one customer's */
	struct err *e;
};

/* What decides about an email: orders count. */
static int
load_purchase(struct deciding *g, struct candidate *x)
{
	struct profile p = { 0 };
	int rc = g->facts->is_stored(g->facts->context, x->id)
	             ? profile_stored_brief(&g->scratch, g->s, x->id, &p, g->e)
	             : profile_purchase(&g->scratch, g->s, g->settings, x->id, &p, g->e);

	x->purchase = p.last_purchase;
	x->created = p.created;
	return rc;
}

/* About a mobile: the record says it all, so orders need not be read. */
static int
load_record(struct deciding *g, struct candidate *x)
{
	struct profile p = { 0 };
	int rc = profile_record(&g->scratch, g->s, g->settings, x->id, &p, g->e);

	x->created = p.created;
	if (rc > 0 && g->facts->holds_email(g->facts->context, &p, &x->holds_email, g->e) < 0)
		return -1;
	return rc;
}

static int
load_candidate(struct deciding *g, struct str id, struct candidate *out)
{
	int rc;

	*out = (struct candidate){ .id = id };
	rc = g->kind == HOLDERS_EMAIL ? load_purchase(g, out) : load_record(g, out);
	if (rc == 0)
		return state_broken(g->e, "one of those who share an address");
	arena_reset(&g->scratch);
	return rc < 0 ? -1 : 0;
}

static int
find_holder(struct deciding *g, const struct str *ids, size_t n, struct str *holder)
{
	struct candidate best, x;

	if (load_candidate(g, ids[0], &best) < 0)
		return -1;
	for (size_t i = 1; i < n; i++) {
		if (load_candidate(g, ids[i], &x) < 0)
			return -1;
		if ((g->kind == HOLDERS_EMAIL ? compare_emails(&x, &best)
		                              : compare_mobiles(&x, &best)) < 0)
			best = x;
	}
	*holder = best.id;
	return 0;
}

static void
add_decision(struct holders_decisions *out, struct str id, struct str holder)
{
	out->list = mem_grow(out->list, out->n, &out->cap, sizeof(*out->list));
	out->list[out->n++] = (struct holders_decision){ id, holder };
}

int
holders_decide(struct arena *a, struct state *s, const struct record_settings *settings,
    enum holders_kind kind, struct str address, const struct holders_facts *facts,
    struct holders_decisions *out, struct err *e)
{
	struct deciding g = { .s = s, .settings = settings, .kind = kind, .facts = facts, .e = e };
	struct str *ids, holder;
	size_t n;
	int rc = 0;

	if (holders_sharing(a, s, kind, address, true, &ids, &n, e) < 0)
		return -1;
	if (n == 0)
		return 0;
	holder = ids[0];
	/* Most addresses are one customer's. */
	if (n > 1)
		rc = find_holder(&g, ids, n, &holder);
	arena_release(&g.scratch);
	for (size_t i = 0; rc == 0 && i < n; i++)
		add_decision(out, ids[i], holder);
	return rc;
}

static int
by_id(const void *x, const void *y)
{
	const struct holders_decision *a = x, *b = y;

	return str_cmp(a->id, b->id);
}

void
holders_sort(struct holders_decisions *d)
{
	if (d->n > 0)
		qsort(d->list, d->n, sizeof(*d->list), by_id);
}

const struct holders_decision *
holders_find(const struct holders_decisions *d, struct str id)
{
	const struct holders_decision key = { .id = id };

	return d->n == 0 ? NULL : bsearch(&key, d->list, d->n, sizeof(key), by_id);
}
