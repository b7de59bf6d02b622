#include "timemachine/audit.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "segment/membership.h"

struct walking {
	struct arena *a;
	struct state *s;
	const struct past_records *records;
	struct rule_terms *terms;
	size_t terms_n;
	const struct rule_terms *at; /* those policy was made of */
	struct terms policy;
	struct explain_profile before, now;
	struct arena rooms[2]; /* theirs in turn; what is kept is copied */
	unsigned room;         /* of now */
	struct buf events;     /* of the moment in hand: struct record_event */
	struct moment *list;
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
add_record(struct buf *b, const struct record_history *r)
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

/* A birthdate that lies in the future is exported once it has come: the
 * snapshot it comes with, or 0. */
static int
birthday_number(struct walking *g, const struct record_version *x, uint32_t *number)
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
		int rc = state_applied(g->s, mid, &at, g->e);

		if (rc <= 0)
			return rc < 0 ? -1 : state_broken(g->e, "a snapshot is missing");
		if (timestamp_day(at.as_of) < day)
			low = mid + 1;
		else
			high = mid;
	}
	if (low <= g->s->totals.applied)
		*number = low;
	return 0;
}

/* The snapshots that may have changed anything for the customer, in order, each
 * once. */
static int
find_numbers(struct walking *g, struct buf *b, uint32_t **list, size_t *n)
{
	const struct past_records *records = g->records;
	uint32_t number;
	size_t all;

	add_record(b, &records->customer);
	for (size_t i = 0; i < records->orders_n; i++)
		add_record(b, &records->orders[i]);
	for (size_t i = 0; i < records->stays_n; i++) {
		add_number(b, records->stays[i].was.since);
		add_number(b, records->stays[i].until);
	}
	for (size_t i = 0; i < records->standings_n; i++)
		add_number(b, records->standings[i].until);
	for (size_t i = 0; i < g->terms_n; i++)
		add_number(b, g->terms[i].since);
	for (size_t i = 0; i < records->customer.n; i++) {
		if (birthday_number(g, &records->customer.list[i], &number) < 0)
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
find_order(struct walking *g, const struct explain_profile *p, const struct record_version *x)
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

static int
add_event(struct walking *g, const struct record_history *r, uint32_t number)
{
	const struct record_version *before = past_records_at(r, number - 1);
	const struct record_version *after = past_records_at(r, number);
	struct record_event v = { .entity = r->entity, .id = r->id };

	if (before == after)
		return 0;
	if (r->entity == ENTITY_ORDER &&
	    (before == NULL || !str_eq(before->order.customer, g->records->id)) &&
	    (after == NULL || !str_eq(after->order.customer, g->records->id)))
		return 0;
	v.op = before == NULL ? DELTA_ADDED : after == NULL ? DELTA_REMOVED : DELTA_CHANGED;
	v.before = before;
	v.after = after;
	v.was = find_order(g, &g->before, before);
	v.is = find_order(g, &g->now, after);
	if (v.op == DELTA_CHANGED &&
	    diff_records_texts(g->a, before->text, after->text, &v.compared, g->e) < 0)
		return -1;
	buf_add(&g->events, &v, sizeof(v));
	return 0;
}

static int
add_events(struct walking *g, struct moment *m, uint32_t number)
{
	const struct past_records *records = g->records;

	buf_reset(&g->events);
	if (add_event(g, &records->customer, number) < 0)
		return -1;
	for (size_t i = 0; i < records->orders_n; i++)
		if (add_event(g, &records->orders[i], number) < 0)
			return -1;
	m->records_n = g->events.n / sizeof(*m->records);
	m->records = arena_array(g->a, m->records_n, sizeof(*m->records));
	if (m->records_n > 0)
		memcpy(m->records, g->events.p, g->events.n);
	return 0;
}

/* Absent text and no profile are told apart. */
static struct str
value_of(const struct explain_profile *p, size_t field)
{
	struct str v = p->values[field];

	if (p->record == NULL)
		return (struct str){ 0 };
	return v.n == 0 ? STR("") : v;
}

static struct str
keep_value(struct walking *g, struct str v)
{
	return v.n == 0 ? v : str_copy(g->a, v);
}

static void
add_fields(struct walking *g, struct moment *m)
{
	const struct explain_profile *x = &g->before, *y = &g->now;

	m->fields = arena_zero(g->a, EXPLAIN_FIELD_COUNT, sizeof(*m->fields));
	for (size_t i = 0; i < EXPLAIN_FIELD_COUNT; i++) {
		struct field_event v = { i, value_of(x, i), value_of(y, i) };

		if (str_eq(v.before, v.after) && (v.before.p == NULL) == (v.after.p == NULL))
			continue;
		v.before = keep_value(g, v.before);
		v.after = keep_value(g, v.after);
		m->fields[m->fields_n++] = v;
	}
}

static int
add_segment(struct walking *g, struct moment *m, uint32_t slug, uint32_t cause, bool is_entered)
{
	struct segment_event *v = &m->segments[m->segments_n++];

	*v = (struct segment_event){ .cause = str_c(membership_cause_name((enum cause)cause)),
		.is_entered = is_entered };
	if (dictionary_text(&g->s->names, g->s->txn, slug, &v->slug, g->e) < 0)
		return -1;
	v->slug = str_copy(g->a, v->slug);
	return 0;
}

static int
by_slug(const void *x, const void *y)
{
	const struct segment_event *a = x, *b = y;

	return str_cmp(a->slug, b->slug);
}

static int
add_segments(struct walking *g, struct moment *m, uint32_t number)
{
	const struct past_records *records = g->records;

	m->segments = arena_zero(g->a, records->stays_n + 1, sizeof(*m->segments));
	for (size_t i = 0; i < records->stays_n; i++) {
		const struct past_membership *p = &records->stays[i];

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
add_standing(struct walking *g, struct moment *m)
{
	const struct past_status *x = g->before.standing;
	const struct past_status *y = g->now.standing;

	if (x == y ||
	    (x != NULL && y != NULL && x->reason == y->reason && str_eq(x->detail, y->detail)))
		return;
	m->was = x;
	m->is = y;
}

static int
follow_terms(struct walking *g, uint32_t number)
{
	const struct rule_terms *now = rule_terms_at(g->terms, g->terms_n, number);

	if (now == g->at)
		return 0;
	terms_release(&g->policy);
	g->at = now;
	return explain_profile_policy(&g->policy, now, g->e);
}

static int
add_moment(struct walking *g, uint32_t number)
{
	struct moment *m = &g->list[g->n];
	struct arena *room = &g->rooms[g->room ^= 1];

	arena_reset(room);
	if (follow_terms(g, number) < 0 ||
	    explain_profile_make(room, g->s, g->records, &g->policy, number, &g->now, g->e) < 0)
		return -1;
	*m = (struct moment){ .snapshot = str_copy(g->a, g->now.snapshot),
		.as_of = g->now.as_of,
		.is_new_terms = g->at->since == number && number > 1 };
	if (add_events(g, m, number) < 0 || add_segments(g, m, number) < 0)
		return -1;
	add_fields(g, m);
	add_standing(g, m);
	g->n += m->records_n + m->fields_n + m->segments_n > 0 || m->was != NULL || m->is != NULL;
	g->before = g->now;
	return 0;
}

int
audit_make(struct arena *a, struct state *s, const struct past_records *records,
    struct moment **list, size_t *n, struct err *e)
{
	struct walking g = { .a = a, .s = s, .records = records, .e = e };
	struct buf found = { 0 };
	uint32_t *numbers;
	size_t numbers_n = 0;
	int rc = rule_terms_list(a, s, &g.terms, &g.terms_n, e);

	if (rc == 0)
		rc = find_numbers(&g, &found, &numbers, &numbers_n);
	g.list = arena_array(a, numbers_n, sizeof(*g.list));
	for (size_t i = 0; rc == 0 && i < numbers_n; i++)
		rc = add_moment(&g, numbers[i]);
	buf_release(&found);
	buf_release(&g.events);
	terms_release(&g.policy);
	arena_release(&g.rooms[0]);
	arena_release(&g.rooms[1]);
	*list = g.list;
	*n = g.n;
	return rc;
}
