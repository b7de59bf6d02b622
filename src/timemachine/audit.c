#include "timemachine/audit.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "record/normalize.h"
#include "segment/membership.h"
#include "timemachine/diff_stored.h"

struct history {
	struct arena *a;
	struct state *s;
	const char *account;
	const struct past_records *records;
	uint32_t known_from; /* see past_records_known_from */
	struct rule_terms *all_terms;
	size_t all_terms_n;
	const struct rule_terms *stored; /* the one that ${terms} was made of */
	struct terms terms;
	struct explain_profile before, now;
	struct arena profiles[2]; /* of before and now in turn; what is kept is copied */
	unsigned turn;            /* of now */
	struct buf found;         /* struct audit_record of the snapshot in hand */
	struct audit_snapshot *list;
	size_t n;
	struct err *e;
};

static void
add_number(struct buf *b, uint32_t number)
{
	if (number != 0)
		buf_add(b, &number, sizeof(number));
}

static void
add_versions(struct buf *b, const struct record_history *r)
{
	for (size_t i = 0; i < r->n; i++) {
		add_number(b, r->list[i].v.place.snapshot);
		add_number(b, r->list[i].v.until);
	}
}

static int
by_number(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

/* A birthdate in the future is exported once it has come: the snapshot it comes with, or 0. */
static int
find_birthday(struct history *g, const struct record_version *x, uint32_t *number)
{
	unsigned dropped = 0;
	int32_t day = normalize_birthdate(x->customer.birth_date, &dropped);
	uint32_t low = x->v.place.snapshot;
	uint32_t high = (uint32_t)g->s->totals.applied + 1;
	struct applied at;

	*number = 0;
	if (day == DAY_NONE)
		return 0;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (state_applied_must(g->s, mid, &at, g->e) < 0)
			return -1;
		if (timestamp_day(at.as_of) < day)
			low = mid + 1;
		else
			high = mid;
	}
	if (low <= g->s->totals.applied)
		*number = low;
	return 0;
}

/* The snapshots that may have changed anything for the customer, in order, each once. */
static int
find_numbers(struct history *g, struct buf *b, uint32_t **list, size_t *n)
{
	const struct past_records *records = g->records;
	uint32_t number;
	size_t all;

	add_versions(b, &records->customer);
	for (size_t i = 0; i < records->orders_n; i++)
		add_versions(b, &records->orders[i]);
	for (size_t i = 0; i < records->memberships_n; i++) {
		add_number(b, records->memberships[i].was.since);
		add_number(b, records->memberships[i].until);
	}
	for (size_t i = 0; i < records->statuses_n; i++)
		add_number(b, records->statuses[i].until);
	for (size_t i = 0; i < g->all_terms_n; i++)
		add_number(b, g->all_terms[i].since);
	add_number(b, g->known_from);
	for (size_t i = 0; i < records->customer.n; i++) {
		if (find_birthday(g, &records->customer.list[i], &number) < 0)
			return -1;
		add_number(b, number);
	}
	all = b->n / sizeof(number);
	*list = arena_array(g->a, all, sizeof(number));
	*n = 0;
	if (all == 0)
		return 0;
	memcpy(*list, b->p, b->n);
	qsort(*list, all, sizeof(number), by_number);
	for (size_t i = 0; i < all; i++)
		if (*n == 0 || (*list)[*n - 1] != (*list)[i])
			(*list)[(*n)++] = (*list)[i];
	return 0;
}

static const struct explain_order *
find_order(struct history *g, const struct explain_profile *p, const struct record_version *x)
{
	for (size_t i = 0; x != NULL && i < p->orders_n; i++) {
		struct explain_order *copy;

		if (p->orders[i].x != x)
			continue;
		copy = arena_alloc(g->a, sizeof(*copy));
		*copy = p->orders[i];
		return copy;
	}
	return NULL;
}

static bool
is_gone(const struct record_version *x)
{
	return x != NULL && record_text_is_gone(&x->from);
}

static struct str
copy_value(struct history *g, struct str v)
{
	return v.n == 0 ? v : str_copy(g->a, v);
}

/* What the diff of the snapshot says of the record.  Where the diff is gone as well, nothing does.
 */
static int
find_stored(
    struct history *g, const struct record_history *r, uint32_t number, struct diff_records *out)
{
	struct diff_stored d = { .account = g->account, .s = g->s, .number = number - 1 };
	struct str entity = str_c(record_entity_name(r->entity));
	struct err ignored = ERR_INIT;

	while (diff_stored_next(&d, &ignored) > 0 && d.number == number) {
		if (!str_eq(d.record.entity, entity) || !str_eq(d.record.id, r->id))
			continue;
		out->list = arena_array(g->a, d.record.changes.n, sizeof(*out->list));
		for (; out->n < d.record.changes.n; out->n++) {
			const struct diff_records_change *x = &d.record.changes.list[out->n];

			out->list[out->n] = (struct diff_records_change){
				.path = str_copy(g->a, x->path),
				.before = copy_value(g, x->before),
				.after = copy_value(g, x->after),
				.json = str_copy(g->a, x->json),
			};
		}
		break;
	}
	diff_stored_release(&d);
	return 0;
}

static int
find_changes(
    struct history *g, const struct record_history *r, uint32_t number, struct audit_record *v)
{
	if (is_gone(v->before) || is_gone(v->after))
		return find_stored(g, r, number, &v->changes);
	return diff_records_texts(g->a, v->before->text, v->after->text, &v->changes, g->e);
}

/* Of a version that is gone nobody can tell whose it was: it is one of those that were theirs. */
static bool
is_theirs(struct history *g, const struct record_version *x)
{
	return x != NULL && (is_gone(x) || str_eq(x->order.customer, g->records->id));
}

static int
add_record(struct history *g, const struct record_history *r, uint32_t number)
{
	const struct record_version *before = past_records_at(r, number - 1);
	const struct record_version *after = past_records_at(r, number);
	struct audit_record v = { .entity = r->entity, .id = r->id };

	if (before == after)
		return 0;
	if (r->entity == ENTITY_ORDER && !is_theirs(g, before) && !is_theirs(g, after))
		return 0;
	v.op = before == NULL ? DELTA_ADDED : after == NULL ? DELTA_REMOVED : DELTA_CHANGED;
	v.before = before;
	v.after = after;
	v.was = find_order(g, &g->before, before);
	v.is = find_order(g, &g->now, after);
	if (v.op == DELTA_CHANGED && find_changes(g, r, number, &v) < 0)
		return -1;
	buf_add(&g->found, &v, sizeof(v));
	return 0;
}

static int
add_records(struct history *g, struct audit_snapshot *m, uint32_t number)
{
	const struct past_records *records = g->records;

	buf_reset(&g->found);
	if (add_record(g, &records->customer, number) < 0)
		return -1;
	for (size_t i = 0; i < records->orders_n; i++)
		if (add_record(g, &records->orders[i], number) < 0)
			return -1;
	m->records_n = g->found.n / sizeof(*m->records);
	m->records = arena_array(g->a, m->records_n, sizeof(*m->records));
	if (m->records_n > 0)
		memcpy(m->records, g->found.p, g->found.n);
	return 0;
}

/* An absent value is told apart from no profile. */
static struct str
value_of(const struct explain_profile *p, size_t field)
{
	struct str v = p->values[field];

	if (p->record == NULL)
		return (struct str){ 0 };
	return v.n == 0 ? STR("") : v;
}

static void
add_values(struct history *g, struct audit_snapshot *m)
{
	const struct explain_profile *x = &g->before, *y = &g->now;

	m->values = arena_zero(g->a, EXPLAIN_FIELD_COUNT, sizeof(*m->values));
	for (size_t i = 0; i < EXPLAIN_FIELD_COUNT; i++) {
		struct audit_value v = { i, value_of(x, i), value_of(y, i) };

		if (str_eq(v.before, v.after) && (v.before.p == NULL) == (v.after.p == NULL))
			continue;
		v.before = copy_value(g, v.before);
		v.after = copy_value(g, v.after);
		m->values[m->values_n++] = v;
	}
}

static int
add_segment(
    struct history *g, struct audit_snapshot *m, uint32_t slug, uint32_t cause, bool is_entered)
{
	struct audit_segment *v = &m->segments[m->segments_n++];

	*v = (struct audit_segment){ .cause = str_c(membership_cause_name((enum cause)cause)),
		.is_entered = is_entered };
	if (dictionary_text(&g->s->words, g->s->txn, slug, &v->slug, g->e) < 0)
		return -1;
	v->slug = str_copy(g->a, v->slug);
	return 0;
}

static int
by_slug(const void *x, const void *y)
{
	const struct audit_segment *a = x, *b = y;

	return str_cmp(a->slug, b->slug);
}

static int
add_segments(struct history *g, struct audit_snapshot *m, uint32_t number)
{
	const struct past_records *records = g->records;

	m->segments = arena_zero(g->a, records->memberships_n + 1, sizeof(*m->segments));
	for (size_t i = 0; i < records->memberships_n; i++) {
		const struct past_membership *p = &records->memberships[i];

		if (p->was.since == number &&
		    add_segment(g, m, p->was.slug, p->was.cause, true) < 0)
			return -1;
		if (p->until == number && add_segment(g, m, p->was.slug, p->left, false) < 0)
			return -1;
	}
	if (m->segments_n > 0)
		qsort(m->segments, m->segments_n, sizeof(*m->segments), by_slug);
	return 0;
}

static void
add_status(struct history *g, struct audit_snapshot *m)
{
	const struct past_contact *x = g->before.status;
	const struct past_contact *y = g->now.status;

	if (x == y ||
	    (x != NULL && y != NULL && x->reason == y->reason && str_eq(x->detail, y->detail) &&
	        str_eq(x->email, y->email) && str_eq(x->mobile, y->mobile)))
		return;
	m->was = x;
	m->is = y;
}

static int
use_terms(struct history *g, uint32_t number)
{
	const struct rule_terms *now = rule_terms_at(g->all_terms, g->all_terms_n, number);

	if (now == g->stored)
		return 0;
	terms_release(&g->terms);
	g->stored = now;
	return explain_profile_terms(&g->terms, now, g->e);
}

/* Of before that, what the state itself tells: the records cannot be added up any more. */
static int
make_folded(struct history *g, uint32_t number)
{
	struct applied at;

	if (state_applied_must(g->s, number, &at, g->e) < 0)
		return -1;
	g->now = (struct explain_profile){ .number = number,
		.as_of = at.as_of,
		.snapshot = str_copy(g->a, at.id),
		.status = past_records_status(g->records, number) };
	return 0;
}

static int
make_profile(struct history *g, struct arena *a, uint32_t number)
{
	if (number < g->known_from)
		return make_folded(g, number);
	return explain_profile_make(a, g->s, g->records, &g->terms, number, &g->now, g->e);
}

static int
add_snapshot(struct history *g, uint32_t number)
{
	struct audit_snapshot *m = &g->list[g->n];
	struct arena *profile = &g->profiles[g->turn ^= 1];

	arena_reset(profile);
	if (use_terms(g, number) < 0 || make_profile(g, profile, number) < 0)
		return -1;
	*m = (struct audit_snapshot){ .id = str_copy(g->a, g->now.snapshot),
		.as_of = g->now.as_of,
		.is_new_terms = g->stored->since == number && number > 1 };
	if (add_records(g, m, number) < 0 || add_segments(g, m, number) < 0)
		return -1;
	m->lacks_values = number <= g->known_from;
	if (!m->lacks_values)
		add_values(g, m);
	add_status(g, m);
	g->n += m->records_n + m->values_n + m->segments_n > 0 || m->was != NULL || m->is != NULL;
	g->before = g->now;
	return 0;
}

int
audit_customer(struct arena *a, struct state *s, const char *account,
    const struct past_records *records, struct audit_snapshot **list, size_t *n, struct err *e)
{
	struct history g = { .a = a, .s = s, .account = account, .records = records, .e = e };
	struct buf found = { 0 };
	uint32_t *numbers;
	size_t numbers_n = 0;
	int rc = rule_terms_list(a, s, &g.all_terms, &g.all_terms_n, e);

	g.known_from = past_records_known_from(records);
	if (rc == 0)
		rc = find_numbers(&g, &found, &numbers, &numbers_n);
	g.list = arena_array(a, numbers_n, sizeof(*g.list));
	for (size_t i = 0; rc == 0 && i < numbers_n; i++)
		rc = add_snapshot(&g, numbers[i]);
	buf_release(&found);
	buf_release(&g.found);
	terms_release(&g.terms);
	arena_release(&g.profiles[0]);
	arena_release(&g.profiles[1]);
	*list = g.list;
	*n = g.n;
	return rc;
}

/* The record a value is read from, or an order it is made of; a customer who comes or goes changes
 * every value. */
bool
audit_uses(size_t field, const struct audit_record *x)
{
	enum basis basis = explain_profile_fields[field].basis;

	if (x->entity == ENTITY_CUSTOMER)
		return basis == BASIS_RECORD || x->op != DELTA_CHANGED;
	return (x->was != NULL && explain_profile_uses(basis, x->was)) ||
	       (x->is != NULL && explain_profile_uses(basis, x->is));
}
