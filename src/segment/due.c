#include "segment/due.h"

#include "rule.h"

#include "base/timestamp.h"
#include "profile/values.h"

#define YEAR_DAYS 366
#define BIRTHDAYS 9
#define MONTHS_LAST (9999 * 12 + 11)
#define TIME_LAST INT64_C(253402300799999999) /* the end of the year 9999 */

/* In so long a time days_to_birthday has been all that it will ever be again: each number up to 364
 * comes every year, 365 with each leap day between two birthdays, and these are at most eight years
 * apart. */
#define ROUND (BIRTHDAYS * YEAR_DAYS * TIMESTAMP_DAY)

/* The earliest times after ${after} of those offered.  Birthdays come again for ever; of all the
 * others a rule has so many, and then no more. */
struct earliest {
	int64_t after, at;
	int64_t birthday;
};

static struct earliest
earliest_after(int64_t t)
{
	return (struct earliest){ t, TIMESTAMP_NEVER, TIMESTAMP_NEVER };
}

static void
offer(struct earliest *due, int64_t t)
{
	if (t > due->after && t < due->at && t <= TIME_LAST)
		due->at = t;
}

/* At ${t} the profile's value moves from one place to another, seen from the rule's. */
static void
offer_change(struct earliest *due, const struct rule *r, unsigned from, unsigned to, int64_t t)
{
	if (((r->accepts & from) != 0) != ((r->accepts & to) != 0))
		offer(due, t);
}

static int64_t
time_plus(int64_t a, int64_t b)
{
	int64_t v;

	if (__builtin_add_overflow(a, b, &v))
		return b > 0 ? INT64_MAX : INT64_MIN;
	return v;
}

/* A span's end moves with time: it meets the profile's value and 1 us later has passed it. */
static void
offer_span(struct earliest *due, const struct rule *r, const struct rule_value *b, int64_t v)
{
	int64_t meets = time_plus(v, b->floor);

	offer_change(due, r, RULE_GREATER, RULE_EQUAL, meets);
	offer_change(due, r, RULE_EQUAL, RULE_LESS, time_plus(meets, 1));
}

/* The value of a rule changes its place at ${t}, or stays where it is. */
static void
offer_if(
    struct earliest *due, const struct rule *r, const struct rule_value *b, int64_t v, int64_t t)
{
	offer_change(due, r, eval_relation(b, v, t - 1), eval_relation(b, v, t), t);
}

/*
 * Calendar months do not move evenly: on the last days of a longer month the same day is met again,
 * and where a month has no such day the value is passed at midnight.  So every place at which that
 * may happen is looked at: in the month that is so many later than the value's, its own day, the
 * days after it if that is the last of its month, and the first of the next month.
 */
static void
offer_months(struct earliest *due, const struct rule *r, const struct rule_value *b, int64_t v)
{
	int32_t day = timestamp_day(v), first, end;
	int64_t rest = v - day * TIMESTAMP_DAY, months;
	int y, m, d;

	day_civil(day, &y, &m, &d);
	months = (int64_t)y * 12 + m - 1 + b->months;
	if (months < 0 || months > MONTHS_LAST)
		return;
	first = day_of((int)(months / 12), (int)(months % 12) + 1, 1);
	end = day_month_end(first);
	for (int32_t at = first + d - 1 < end ? first + d - 1 : end; at <= end + 1; at++) {
		offer_if(due, r, b, v, at * TIMESTAMP_DAY);
		offer_if(due, r, b, v, at * TIMESTAMP_DAY + rest);
		offer_if(due, r, b, v, at * TIMESTAMP_DAY + rest + 1);
	}
}

/* The spans of in are sorted, after its fixed times: the first that has not passed the value yet
 * is the next to meet it. */
static void
offer_spans(struct earliest *due, const struct rule *r, int64_t v)
{
	int64_t passed = eval_time_minus(due->after, v);
	size_t low = 0, high = r->exact_n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct rule_value *b = &r->values[mid];

		if (b->relative && b->floor >= passed)
			high = mid;
		else
			low = mid + 1;
	}
	if (low < r->exact_n)
		offer_span(due, r, &r->values[low], v);
	for (size_t i = r->exact_n; i < r->values_n; i++)
		offer_months(due, r, &r->values[i], v);
}

static void
offer_age(
    struct earliest *due, const struct rule *r, const struct rule_value *b, const struct eval *x)
{
	int32_t born = x->p->birthdate;
	int64_t above;

	/* Outgrown already. */
	if (b->floor < x->age)
		return;
	above = day_birthday(born, (uint64_t)b->floor + 1);
	if (b->rest) {
		offer_change(due, r, RULE_LESS, RULE_GREATER, above);
		return;
	}
	offer_change(due, r, RULE_LESS, RULE_EQUAL, day_birthday(born, (uint64_t)b->floor));
	offer_change(due, r, RULE_EQUAL, RULE_GREATER, above);
}

static void
offer_day(struct earliest *due, const struct rule *r, const struct eval *x, int64_t day)
{
	int64_t t = day * TIMESTAMP_DAY;
	struct eval then;

	/* most days come too late, and a profile as of a day costs more than the rest */
	if (t <= due->after || t >= due->birthday || t > TIME_LAST)
		return;
	then = eval_of(x->p, t);
	if (eval_compare(&then, r) != eval_compare(x, r))
		due->birthday = t;
}

/*
 * It counts down by one a day and jumps up after the birthday.  So the answer can change on the
 * day a value is met, the day after, and the day after a birthday: of the next ones, for only
 * every fourth year, or eighth, is longer.
 */
static void
offer_birthday(
    struct earliest *due, const struct rule *r, const struct rule_value *b, const struct eval *x)
{
	for (int64_t years = x->age; years <= x->age + BIRTHDAYS; years++) {
		int64_t at = day_birthday(x->p->birthdate, (uint64_t)years);

		if (at == TIMESTAMP_NEVER)
			return;
		at /= TIMESTAMP_DAY;
		offer_day(due, r, x, at + 1);
		if (b->floor < 0 || b->floor > YEAR_DAYS)
			continue;
		offer_day(due, r, x, at - b->floor);
		offer_day(due, r, x, at - b->floor + 1);
	}
}

/* The orders that leave the span. */
static void
offer_orders(struct earliest *due, const struct rule *r, const struct eval *x)
{
	const struct rule counts = { .accepts = RULE_EQUAL | RULE_GREATER };

	for (size_t i = 0; i < x->p->orders_n; i++) {
		const struct profile_order *o = &x->p->orders[i];

		if (!o->is_purchase && r->field->type != RULE_FIELD_MONEY)
			continue;
		if (r->within->months > 0)
			offer_months(due, &counts, r->within, o->time);
		else
			offer_span(due, &counts, r->within, o->time);
	}
}

static void
offer_compare(struct earliest *due, const struct rule *r, const struct eval *x)
{
	enum rule_field_type type = r->field->type;
	int64_t v;

	if (r->within != NULL)
		offer_orders(due, r, x);
	if (type < RULE_FIELD_TIME)
		return;
	if (type != RULE_FIELD_TIME && x->p->birthdate != DAY_NONE)
		offer(due, x->p->birthdate * TIMESTAMP_DAY);
	if (r->op == RULE_EXISTS || !eval_integer(x, r, &v))
		return;
	if (type == RULE_FIELD_AGE)
		for (size_t i = 0; i < r->values_n; i++)
			offer_age(due, r, &r->values[i], x);
	else if (type == RULE_FIELD_BIRTHDAY)
		for (size_t i = 0; i < r->values_n; i++)
			offer_birthday(due, r, &r->values[i], x);
	else if (r->op == RULE_IN)
		offer_spans(due, r, v);
	else if (r->values->months > 0)
		offer_months(due, r, r->values, v);
	else if (r->values->relative)
		offer_span(due, r, r->values, v);
}

/* x is as of due->after. */
static void
offer_segment(struct earliest *due, const struct segment *s, const struct eval *x)
{
	const struct rule *end = s->where + s->where->size;

	for (const struct rule *r = s->where; r < end; r++)
		if (r->kind == RULE_COMPARE)
			offer_compare(due, r, x);
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
due_any(const struct segment_set *set, const struct profile *p, int64_t as_of)
{
	struct earliest due = earliest_after(as_of);
	const struct eval x = eval_of(p, as_of);

	for (size_t i = 0; i < set->n; i++)
		offer_segment(&due, &set->list[i], &x);
	return due.at < due.birthday ? due.at : due.birthday;
}

/* The next time at which a rule answers otherwise.  Once birthdays have gone round and all else
 * stayed, they are passed over, up to the next time of anything else. */
static int64_t
next_time(const struct earliest *due, int64_t *until)
{
	if (due->birthday < due->at && due->birthday <= *until)
		return due->birthday;
	*until = due->at == TIMESTAMP_NEVER ? *until : due->at + ROUND;
	return due->at;
}

int64_t
due_one(const struct segment_set *set, size_t i, const struct profile *p, int64_t as_of)
{
	int64_t at = as_of, until = as_of + ROUND;
	struct eval x = eval_of(p, as_of);
	bool needed[SEGMENT_MAX], member[SEGMENT_MAX], was;

	mark_needed(set, i, needed);
	eval_until(&x, set, i, member);
	was = member[i];
	do {
		struct earliest due = earliest_after(at);

		for (size_t k = 0; k < set->n; k++)
			if (needed[k])
				offer_segment(&due, &set->list[k], &x);
		at = next_time(&due, &until);
		if (at == TIMESTAMP_NEVER)
			return TIMESTAMP_NEVER;
		x = eval_of(p, at);
		eval_until(&x, set, i, member);
	} while (member[i] == was);
	return at;
}

int64_t
due_since(const struct segment_set *set, int64_t as_of)
{
	int64_t since = TIMESTAMP_NEVER;

	for (size_t i = 0; i < set->n; i++) {
		const struct rule *r = set->list[i].where, *end = r + r->size;

		for (; r < end; r++) {
			int64_t t;

			if (r->kind != RULE_COMPARE || r->within == NULL)
				continue;
			t = eval_point(r->within, as_of);
			/* After the end of a short month a calendar span goes back to midnight. */
			if (r->within->months > 0)
				t = timestamp_day(t) * TIMESTAMP_DAY;
			since = t < since ? t : since;
		}
	}
	return since;
}
