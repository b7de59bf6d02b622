#include "rule_internal.h"

#include "base/timestamp.h"
#include "profile/values.h"

#define YEAR_LAST 9999
#define TIME_LAST INT64_C(253402300799999999) /* its last microsecond */

/* The earliest time after ${after} among those it is told. */
struct alarm {
	int64_t after, at;
};

static void
ring(struct alarm *alarm, int64_t t)
{
	if (t > alarm->after && t < alarm->at && t <= TIME_LAST)
		alarm->at = t;
}

/* At ${t} the value's place changes: does the operator tell the two apart? */
static void
ring_change(struct alarm *alarm, const struct rule *r, unsigned from, unsigned to, int64_t t)
{
	bool was = (r->accepts & from) != 0;
	bool becomes = (r->accepts & to) != 0;

	if (was != becomes)
		ring(alarm, t);
}

/* A bound that moves with time meets the value; 1 us later it has passed it. */
static void
ring_span(struct alarm *alarm, const struct rule *r, const struct value *b, int64_t v)
{
	int64_t meets = time_plus(v, b->floor);

	ring_change(alarm, r, REL_GREATER, REL_EQUAL, meets);
	ring_change(alarm, r, REL_EQUAL, REL_LESS, time_plus(meets, 1));
}

/*
 * The spans of in are sorted, behind its fixed times: of those that have not
 * passed the value yet, the first is the next to meet it.
 */
static void
ring_spans(struct alarm *alarm, const struct rule *r, int64_t v)
{
	int64_t passed = time_minus(alarm->after, v);
	size_t low = 0, high = r->bounds_n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct value *b = &r->bounds[mid];

		if (b->relative && b->floor >= passed)
			high = mid;
		else
			low = mid + 1;
	}
	if (low < r->bounds_n)
		ring_span(alarm, r, &r->bounds[low], v);
}

static bool
is_leap(int y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

/* The first microsecond of that age. */
static int64_t
birthday(int64_t birth, int64_t years)
{
	int y, m, d;

	day_civil(timestamp_day(birth), &y, &m, &d);
	if (years > YEAR_LAST - y)
		return TIMESTAMP_NEVER;
	y += (int)years;
	if (m == 2 && d == 29 && !is_leap(y))
		return day_of(y, 3, 1) * TIMESTAMP_DAY;
	return day_of(y, m, d) * TIMESTAMP_DAY;
}

static void
ring_age(struct alarm *alarm, const struct rule *r, const struct value *b, const struct facts *x)
{
	int64_t above;

	/* Outgrown already, or an age that nobody reaches. */
	if (b->floor < x->age || b->floor == INT64_MAX)
		return;
	above = birthday(x->birth, b->floor + 1);
	if (b->rest) {
		ring_change(alarm, r, REL_LESS, REL_GREATER, above);
		return;
	}
	ring_change(alarm, r, REL_LESS, REL_EQUAL, birthday(x->birth, b->floor));
	ring_change(alarm, r, REL_EQUAL, REL_GREATER, above);
}

static void
ring_compare(struct alarm *alarm, const struct rule *r, const struct facts *x)
{
	enum field_type type = r->field->type;
	int64_t v;

	if (type != FIELD_TIME && type != FIELD_DAY && type != FIELD_AGE)
		return;
	if (type != FIELD_TIME && x->p->birthdate != DAY_NONE)
		ring(alarm, x->p->birthdate * TIMESTAMP_DAY);
	if (r->op == OP_EXISTS || !fact_integer(r->field, x, &v))
		return;
	if (type == FIELD_AGE)
		for (size_t i = 0; i < r->bounds_n; i++)
			ring_age(alarm, r, &r->bounds[i], x);
	else if (r->op == OP_IN)
		ring_spans(alarm, r, v);
	else if (r->bounds->relative)
		ring_span(alarm, r, r->bounds, v);
}

/* x is as of alarm->after. */
static void
ring_segment(struct alarm *alarm, const struct segment *s, const struct facts *x)
{
	const struct rule *end = s->where + s->where->size;

	for (const struct rule *r = s->where; r < end; r++)
		if (r->kind == RULE_COMPARE)
			ring_compare(alarm, r, x);
}

/* Segment i and all it refers to, directly or not. */
static void
mark_needed(const struct segment_set *set, size_t i, bool *needed)
{
	for (size_t k = 0; k < set->n; k++)
		needed[k] = k == i;
	for (size_t k = set->n; k-- > 0;) {
		const struct rule *r = set->list[set->order[k]].where;
		const struct rule *end = r + r->size;

		for (; needed[set->order[k]] && r < end; r++)
			if (r->kind == RULE_SEGMENT)
				needed[r->segment] = true;
	}
}

int64_t
segment_due(const struct segment_set *set, const struct profile *p, struct segment_now now)
{
	struct alarm alarm = { .after = now.as_of, .at = TIMESTAMP_NEVER };
	const struct facts x = facts_of(p, now.as_of);

	for (size_t i = 0; i < set->n; i++)
		ring_segment(&alarm, &set->list[i], &x);
	return alarm.at;
}

int64_t
segment_due_one(
    const struct segment_set *set, size_t i, const struct profile *p, struct segment_now now)
{
	struct alarm alarm = { .at = now.as_of };
	struct facts x = facts_of(p, now.as_of);
	bool needed[SEGMENT_MAX], member[SEGMENT_MAX], was;

	mark_needed(set, i, needed);
	eval_until(set, i, &x, member);
	was = member[i];
	do {
		alarm = (struct alarm){ .after = alarm.at, .at = TIMESTAMP_NEVER };
		for (size_t k = 0; k < set->n; k++)
			if (needed[k])
				ring_segment(&alarm, &set->list[k], &x);
		if (alarm.at == TIMESTAMP_NEVER)
			return TIMESTAMP_NEVER;
		x = facts_of(p, alarm.at);
		eval_until(set, i, &x, member);
	} while (member[i] == was);
	return alarm.at;
}
