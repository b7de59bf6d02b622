/* Goal: time never changes a membership before due_any says so, and due_one names the very
 * microsecond. */
#include "support.h"

#include <stdlib.h>

#include "segment/due.h"

#define ORDERED "2026-01-07T04:00:00Z"
#define NEVER NULL

static void
add_time(char *out, size_t cap, int64_t us)
{
	struct buf b = { 0 };

	if (us == TIMESTAMP_NEVER)
		buf_z(&b, "never");
	else
		timestamp_format_exact(&b, us);
	snprintf(out, cap, "%.*s", STR_ARG(buf_view(&b)));
	buf_release(&b);
}

static void
expect_time(int64_t is, const char *should, const char *what)
{
	int64_t want = should == NEVER ? TIMESTAMP_NEVER : at(should);
	char text[64];

	add_time(text, sizeof(text), is);
	cr_expect(is == want, "%s: %s, not %s", what, text, should == NEVER ? "never" : should);
}

static void
expect_due(const char *field, const char *op, const char *value, const struct profile *p,
    const char *now, const char *should)
{
	struct rules r;
	char what[256];

	snprintf(what, sizeof(what), "%s %s %s", field, op, value);
	rules_compare(&r, field, op, value);
	expect_time(due_any(&r.set, p, at(now)), should, what);
	expect_time(due_one(&r.set, 0, p, at(now)), should, what);
	rules_release(&r);
}

Test(due, a_span_flips_when_the_value_meets_it)
{
	static const struct {
		const char *op, *now, *due;
	} rows[] = {
		{ "<", ORDERED, "2026-03-08T04:00:00.000001Z" },
		{ ">=", ORDERED, "2026-03-08T04:00:00.000001Z" },
		{ "<=", ORDERED, "2026-03-08T04:00:00Z" },
		{ ">", ORDERED, "2026-03-08T04:00:00Z" },
		{ "=", ORDERED, "2026-03-08T04:00:00Z" },
		{ "!=", ORDERED, "2026-03-08T04:00:00Z" },
		{ "<", "2026-03-08T04:00:00Z", "2026-03-08T04:00:00.000001Z" },
		{ "=", "2026-03-08T04:00:00Z", "2026-03-08T04:00:00.000001Z" },
		{ "<=", "2026-03-08T04:00:00Z", NEVER },
		{ ">", "2026-03-08T04:00:00Z", NEVER },
		{ "<", "2026-03-08T04:00:00.000001Z", NEVER },
		{ "=", "2026-03-08T04:00:00.000001Z", NEVER },
		{ "<=", "2026-03-08T03:59:59.999999Z", "2026-03-08T04:00:00Z" },
		{ "<", "2025-01-01", "2026-03-08T04:00:00.000001Z" },
	};
	struct profile p = nobody();

	p.last_orderdate = at(ORDERED);
	for (size_t i = 0; i < ROWS(rows); i++)
		expect_due("fh_last_orderdate", rows[i].op, "'-60d'", &p, rows[i].now, rows[i].due);
}

Test(due, what_time_cannot_change_is_never_due)
{
	static const struct {
		const char *field, *op, *value;
	} rows[] = {
		{ "fh_last_orderdate", "<", "'2030-01-01'" },
		{ "fh_last_orderdate", "exists", "true" },
		{ "fh_last_orderdate", "in", "[]" },
		{ "fh_last_orderdate", "in", "['2030-01-01']" },
		{ "first_order_date", "<", "'-1d'" },
		{ "fh_last_orderdate", ">", "'-3000000d'" },
		{ "fh_total_orders", ">", "1" },
		{ "birthdate", ">", "'1990-01-01'" },
		{ "birthdate", "<", "'2030-01-01'" },
		{ "age", "exists", "true" },
		{ "age", ">", "-1" },
		{ "age", "!=", "-0.5" },
		{ "age", ">=", "20" },
		{ "age", "=", "20.5" },
		{ "age", "<", "1e30" },
		{ "age", "<", "100000" },
		{ "city", "=", "'x'" },
	};
	struct profile p = nobody();

	p.last_orderdate = at(ORDERED);
	p.birthdate = day("2004-02-29");
	for (size_t i = 0; i < ROWS(rows); i++)
		expect_due(rows[i].field, rows[i].op, rows[i].value, &p, "2026-03-08", NEVER);
}

Test(due, an_age_flips_on_the_birthday_that_matters)
{
	static const struct {
		const char *birth, *op, *value, *due;
	} rows[] = {
		{ "2004-02-29", ">=", "25", "2029-03-01" },
		{ "2004-02-29", ">", "24", "2029-03-01" },
		{ "2004-02-29", "<", "24.5", "2029-03-01" },
		{ "2004-02-29", ">=", "24", "2028-02-29" },
		{ "2004-02-29", "=", "22", "2027-03-01" },
		{ "2004-02-29", "=", "23", "2027-03-01" },
		{ "2004-02-29", "in", "[30,23,31]", "2027-03-01" },
		{ "2005-03-08", ">=", "21", NEVER },
		{ "2005-03-09", ">=", "21", "2026-03-09" },
		{ "2005-03-09", "<=", "21", "2027-03-09" },
		{ "1900-01-01", ">=", "200", "2100-01-01" },
		{ "2000-02-29", ">=", "100", "2100-03-01" },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct profile p = nobody();

		p.birthdate = day(rows[i].birth);
		expect_due(
		    "age", rows[i].op, rows[i].value, &p, "2026-03-08T04:00:00Z", rows[i].due);
	}
}

Test(due, a_birthdate_to_come_is_waited_for)
{
	static const struct {
		const char *field, *op, *value;
	} rows[] = {
		{ "birthdate", "exists", "true" },
		{ "birthdate", "exists", "false" },
		{ "birthdate", ">", "'2000-01-01'" },
		{ "birthdate", ">", "'-1d'" },
		{ "birthdate", "in", "['2026-05-01']" },
		{ "age", "=", "0" },
		{ "age", ">", "-1" },
		{ "age", "exists", "true" },
	};
	struct profile p = nobody();

	p.birthdate = day("2026-05-01");
	for (size_t i = 0; i < ROWS(rows); i++)
		expect_due(rows[i].field, rows[i].op, rows[i].value, &p, "2026-03-08T04:00:00Z",
		    "2026-05-01");
}

Test(due, months_go_by_the_calendar)
{
	static const struct {
		const char *op, *value, *now, *due;
	} rows[] = {
		{ "<", "'-1mo'", "2026-02-01", "2026-03-01" },
		{ "<", "'-1mo'", "2026-03-01", NEVER },
		{ "<", "'-1y'", "2026-02-01", "2027-01-30T12:00:00.000001Z" },
		{ "=", "'-2mo'", "2026-02-01", "2026-03-30T12:00:00Z" },
		{ "in", "['-2mo','-1mo','-1d']", "2026-02-01", "2026-03-30T12:00:00Z" },
	};
	/* The last day of a month is the same day for all longer ones, and so is met again. */
	static const struct {
		const char *now, *due;
	} again[] = {
		{ "2026-03-01", "2026-03-28T12:00:00.000001Z" },
		{ "2026-03-28T12:00:00.000001Z", "2026-03-29" },
		{ "2026-03-29", "2026-03-29T12:00:00.000001Z" },
		{ "2026-03-31", "2026-03-31T12:00:00.000001Z" },
		{ "2026-04-01", NEVER },
	};
	struct profile p = nobody();

	p.last_orderdate = at("2026-01-30T12:00:00Z");
	for (size_t i = 0; i < ROWS(rows); i++)
		expect_due(
		    "fh_last_orderdate", rows[i].op, rows[i].value, &p, rows[i].now, rows[i].due);
	p.last_orderdate = at("2026-02-28T12:00:00Z");
	for (size_t i = 0; i < ROWS(again); i++)
		expect_due("fh_last_orderdate", "<", "'-1mo'", &p, again[i].now, again[i].due);
}

Test(due, a_birthday_comes_nearer_by_the_day)
{
	static const struct {
		const char *op, *value, *due;
	} rows[] = {
		{ "<=", "7", "2026-05-03" },
		{ "=", "7", "2026-05-03" },
		{ "=", "0", "2026-05-10" },
		{ ">", "100", "2026-05-11" },
		{ "=", "365", "2027-05-11" },
		{ "in", "[0,30]", "2026-05-10" },
		{ "<", "400", NEVER },
	};
	struct profile p = nobody();

	p.birthdate = day("1990-05-10");
	for (size_t i = 0; i < ROWS(rows); i++)
		expect_due("days_to_birthday", rows[i].op, rows[i].value, &p,
		    "2026-04-20T04:00:00Z", rows[i].due);
}

Test(due, an_order_that_leaves_the_span_is_due)
{
	struct profile_order orders[] = {
		{ .time = at("2026-01-10T12:00:00Z"), .cents = 5000, .is_purchase = true },
		{ .time = at("2026-01-20T12:00:00Z"), .cents = -5000 },
	};
	struct profile p = nobody();
	struct rules r;

	p.orders = orders;
	p.orders_n = 2;
	rules_one(&r, "{'field':'fh_total_spent','op':'=','value':0,'within':'30d'}");
	expect_time(due_one(&r.set, 0, &p, at("2026-02-01")), "2026-02-09T12:00:00.000001Z",
	    "the purchase");
	expect_time(
	    due_one(&r.set, 0, &p, at("2026-02-10")), "2026-02-19T12:00:00.000001Z", "the refund");
	expect_time(due_since(&r.set, at("2026-02-01")), "2026-01-02", "since");
	rules_release(&r);
	rules_one(&r, "{'field':'fh_total_orders','op':'<','value':1,'within':'1mo'}");
	expect_time(
	    due_one(&r.set, 0, &p, at("2026-02-01")), "2026-02-10T12:00:00.000001Z", "a month");
	rules_release(&r);
}

Test(due, one_span_of_many_is_the_next)
{
	static const char value[] = "['-4w','-60d','2026-01-01','-28d','-1d','-1440h']";
	static const struct {
		const char *now, *due;
	} rows[] = {
		{ ORDERED, "2026-01-08T04:00:00Z" },
		{ "2026-01-08T04:00:00Z", "2026-01-08T04:00:00.000001Z" },
		{ "2026-01-08T04:00:00.000001Z", "2026-02-04T04:00:00Z" },
		{ "2026-02-04T04:00:00Z", "2026-02-04T04:00:00.000001Z" },
		{ "2026-03-01", "2026-03-08T04:00:00Z" },
		{ "2026-03-08T04:00:00.000001Z", NEVER },
	};
	struct profile p = nobody();

	p.last_orderdate = at(ORDERED);
	for (size_t i = 0; i < ROWS(rows); i++)
		expect_due("fh_last_orderdate", "in", value, &p, rows[i].now, rows[i].due);
}

Test(due, a_flip_that_changes_no_membership_is_passed_over)
{
	static const char where[] = "{'any':[{'field':'fh_last_orderdate','op':'<','value':'-60d'},"
	                            "{'all':[{'field':'fh_last_orderdate','op':'<','value':'-30d'},"
	                            "{'field':'city','op':'exists','value':true}]}]}";
	struct profile p = nobody();
	const int64_t now = at(ORDERED);
	struct rules r;

	p.last_orderdate = at(ORDERED);
	rules_one(&r, where);

	expect_time(due_any(&r.set, &p, now), "2026-02-06T04:00:00.000001Z", "the first flip");
	expect_time(due_one(&r.set, 0, &p, now), "2026-03-08T04:00:00.000001Z", "the first change");
	p.city = STR("Denver");
	expect_time(due_one(&r.set, 0, &p, now), "2026-02-06T04:00:00.000001Z", "with a city");
	rules_release(&r);
}

Test(due, a_segment_waits_for_those_it_refers_to)
{
	static const char file[] =
	    "[{'name':'A','slug':'a','where':{'not':{'segment':'b'}}},{'name':'B','slug':'b','"
	    "where':{'field':'fh_last_orderdate','op':'<','value':'-60d'}},{'name':'C','slug':'c','"
	    "where':{'field':'fh_last_orderdate','op':'<','value':'-1d'}}]";
	struct profile p = nobody();
	const int64_t now = at(ORDERED);
	struct rules r;

	p.last_orderdate = at(ORDERED);
	rules_read(&r, file);

	expect_time(due_one(&r.set, 0, &p, now), "2026-03-08T04:00:00.000001Z", "a");
	expect_time(due_one(&r.set, 2, &p, now), "2026-01-08T04:00:00.000001Z", "c");
	expect_time(due_any(&r.set, &p, now), "2026-01-08T04:00:00.000001Z", "the earliest of all");
	rules_release(&r);
}

/* The laws, on random rules, profiles and times. */

struct dice {
	uint64_t state;
};

static uint64_t
roll(struct dice *d, uint64_t sides)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (z ^ (z >> 31)) % sides;
}

static const struct {
	const char *text;
	int64_t us;
} spans[] = {
	{ "-0d", 0 },
	{ "-1h", TIMESTAMP_HOUR },
	{ "-12h", 12 * TIMESTAMP_HOUR },
	{ "-24h", TIMESTAMP_DAY },
	{ "-1d", TIMESTAMP_DAY },
	{ "-30d", 30 * TIMESTAMP_DAY },
	{ "-4w", 28 * TIMESTAMP_DAY },
	{ "-28d", 28 * TIMESTAMP_DAY },
	{ "-60d", 60 * TIMESTAMP_DAY },
	{ "-366d", 366 * TIMESTAMP_DAY },
};

static const struct {
	const char *text;
	int months;
} calendar[] = { { "-0mo", 0 }, { "-1mo", 1 }, { "-3mo", 3 }, { "-12mo", 12 }, { "-1y", 12 } };

#define SEGMENTS 4
#define HORIZON_DAYS 1600

#define ORDERS 4

/* One round: rules, a profile, a time. */
struct round {
	struct dice dice;
	int64_t now;
	struct profile p;
	struct profile_order orders[ORDERS];
	struct buf text;
};

static void
add_value(struct round *x, size_t field)
{
	static const char *const days[] = { "0", "1", "7", "364", "365", "366", "29.5", "-1" };
	bool is_age = field == 3;

	if (field == 4) {
		buf_z(&x->text, days[roll(&x->dice, ROWS(days))]);
		return;
	}
	if (is_age)
		buf_printf(&x->text, "%d%s", (int)roll(&x->dice, 7) - 1,
		    roll(&x->dice, 4) == 0 ? ".5" : "");
	else if (roll(&x->dice, 3) == 0)
		buf_printf(&x->text, "'%s'", calendar[roll(&x->dice, ROWS(calendar))].text);
	else if (roll(&x->dice, 4) > 0)
		buf_printf(&x->text, "'%s'", spans[roll(&x->dice, ROWS(spans))].text);
	else {
		buf_char(&x->text, '\'');
		timestamp_format_exact(
		    &x->text, x->now - (int64_t)roll(&x->dice, 90) * TIMESTAMP_DAY);
		buf_char(&x->text, '\'');
	}
}

static void
add_compare(struct round *x)
{
	static const char *const within[] = { "30d", "4w", "12h", "0d", "1mo", "3mo", "1y" };
	static const char *const fields[] = { "fh_last_orderdate", "first_order_date", "birthdate",
		"age", "days_to_birthday" };
	static const char *const ops[] = { "=", "!=", "<", "<=", ">", ">=", "in", "exists" };
	size_t f = roll(&x->dice, ROWS(fields)), op = roll(&x->dice, ROWS(ops));
	uint64_t n = op == 6 ? roll(&x->dice, 5) : 1;

	if (roll(&x->dice, 3) == 0) {
		const char *const counted[] = { "'field':'fh_total_orders','op':'>=','value':2",
			"'field':'fh_total_spent','op':'<','value':10",
			"'field':'fh_products','op':'contains','value':'a'",
			"'field':'stores','op':'exists','value':false" };

		buf_printf(&x->text, "{%s,'within':'%s'}", counted[roll(&x->dice, 4)],
		    within[roll(&x->dice, ROWS(within))]);
		return;
	}

	buf_printf(
	    &x->text, "{'field':'%s','op':'%s','value':%s", fields[f], ops[op], op == 6 ? "[" : "");
	if (op == 7)
		buf_z(&x->text, roll(&x->dice, 2) == 0 ? "true" : "false");
	for (uint64_t i = 0; op != 7 && i < n; i++) {
		buf_z(&x->text, i > 0 ? "," : "");
		add_value(x, f);
	}
	buf_z(&x->text, op == 6 ? "]}" : "}");
}

static void
add_rule(struct round *x, unsigned segment, unsigned depth)
{
	uint64_t kind = roll(&x->dice, depth > 2 ? 3 : 7);
	uint64_t n = roll(&x->dice, 4);

	if (kind == 0 && segment + 1 < SEGMENTS) {
		buf_printf(&x->text, "{'segment':'s%u'}",
		    segment + 1 + (unsigned)roll(&x->dice, SEGMENTS - 1 - segment));
	} else if (kind < 4) {
		add_compare(x);
	} else if (kind == 4) {
		buf_z(&x->text, "{'not':");
		add_rule(x, segment, depth + 1);
		buf_char(&x->text, '}');
	} else {
		buf_z(&x->text, kind == 5 ? "{'all':[" : "{'any':[");
		for (uint64_t i = 0; i < n; i++) {
			buf_z(&x->text, i > 0 ? "," : "");
			add_rule(x, segment, depth + 1);
		}
		buf_z(&x->text, "]}");
	}
}

static int64_t
random_time(struct round *x)
{
	int64_t t = x->now - (int64_t)roll(&x->dice, 70) * TIMESTAMP_DAY + TIMESTAMP_DAY;

	switch (roll(&x->dice, 4)) {
	case 0:
		return TIMESTAMP_NONE;
	case 1:
		return t;
	case 2:
		return t + (int64_t)roll(&x->dice, 86400) * TIMESTAMP_SECOND;
	default:
		return t + (int64_t)roll(&x->dice, (uint64_t)TIMESTAMP_DAY);
	}
}

static void
random_orders(struct round *x)
{
	static struct str products[] = { { "a", 1 }, { "b", 1 } };

	x->p.orders = x->orders;
	x->p.orders_n = (size_t)roll(&x->dice, ORDERS + 1);
	for (size_t i = 0; i < x->p.orders_n; i++) {
		int64_t t = random_time(x);

		x->orders[i] = (struct profile_order){ .time = t == TIMESTAMP_NONE ? x->now : t,
			.cents = (int64_t)roll(&x->dice, 20) * 100 - 400,
			.is_purchase = roll(&x->dice, 4) > 0,
			.store = STR("Downtown"),
			.products = &products[roll(&x->dice, 2)],
			.categories = products,
			.items_n = 1 };
	}
}

static void
random_round(struct round *x)
{
	int32_t today;

	x->now = at("2023-11-01") + (int64_t)roll(&x->dice, 700 * 86400) * TIMESTAMP_SECOND +
	         (int64_t)roll(&x->dice, 3);
	if (roll(&x->dice, 4) == 0)
		x->now = at("2024-02-28T23:59:59.999999Z");
	today = timestamp_day(x->now);
	x->p = nobody();
	x->p.last_orderdate = random_time(x);
	x->p.first_order_date = random_time(x);
	x->p.birthdate =
	    today - 366 * (int32_t)roll(&x->dice, 6) + 20 - (int32_t)roll(&x->dice, 40);
	if (roll(&x->dice, 6) == 0)
		x->p.birthdate = day_of(2020, 2, 29);
	if (roll(&x->dice, 8) == 0)
		x->p.birthdate = DAY_NONE;
	random_orders(x);
	for (unsigned i = 0; i < SEGMENTS; i++) {
		buf_printf(
		    &x->text, "%c{'name':'%u','slug':'s%u','where':", i == 0 ? '[' : ',', i, i);
		add_rule(x, i, 0);
		buf_char(&x->text, '}');
	}
	buf_z(&x->text, "]");
}

static int
by_time(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

#define CALENDAR_DAYS 6
#define VALUES (3 + ORDERS)

/* Roughly: the 27th or less of a month so many later. */
static int64_t
months_after(int64_t us, int months)
{
	int32_t day = timestamp_day(us);
	int y, m, d;

	day_civil(day, &y, &m, &d);
	m += months;
	return day_of(y + (m - 1) / 12, (m - 1) % 12 + 1, d < 28 ? d : 28) * TIMESTAMP_DAY + us -
	       day * TIMESTAMP_DAY;
}

/* Every instant at which anything could change, and its neighbours. */
static size_t
instants(const struct round *x, int64_t *out)
{
	int64_t values[VALUES] = { x->p.last_orderdate, x->p.first_order_date,
		x->p.birthdate == DAY_NONE ? TIMESTAMP_NONE : x->p.birthdate * TIMESTAMP_DAY };
	size_t n = 0;

	for (size_t i = 0; i < ORDERS; i++)
		values[3 + i] = i < x->p.orders_n ? x->orders[i].time : TIMESTAMP_NONE;

	for (size_t v = 0; v < ROWS(values); v++)
		for (size_t s = 0; s < ROWS(spans); s++)
			for (int64_t near = -1; near <= 1; near++)
				if (values[v] != TIMESTAMP_NONE)
					out[n++] = values[v] + spans[s].us + near;
	/* A day of a month can be met by the last days of another: each day of three months. */
	for (size_t v = 0; v < ROWS(values); v++)
		for (size_t s = 0; s < ROWS(calendar); s++)
			for (int32_t d = -1; d < CALENDAR_DAYS - 1; d++)
				for (int64_t near = -1; near <= 1; near++)
					if (values[v] != TIMESTAMP_NONE)
						out[n++] =
						    months_after(values[v], calendar[s].months) +
						    d * TIMESTAMP_DAY + near;
	for (int32_t d = 1; d < HORIZON_DAYS; d++) {
		out[n++] = (timestamp_day(x->now) + d) * TIMESTAMP_DAY - 1;
		out[n++] = (timestamp_day(x->now) + d) * TIMESTAMP_DAY;
	}
	qsort(out, n, sizeof(*out), by_time);
	return n;
}

static void
brute_force(const struct rules *r, const struct round *x, int64_t first[SEGMENTS])
{
	int64_t list[2 * HORIZON_DAYS + VALUES * 3 * ROWS(spans) +
	             VALUES * 3 * CALENDAR_DAYS * ROWS(calendar)];
	size_t n = instants(x, list);
	bool was[SEGMENTS], is[SEGMENTS];
	size_t unfound = SEGMENTS;

	segment_eval(&r->set, &x->p, x->now, was);
	for (size_t i = 0; i < SEGMENTS; i++)
		first[i] = TIMESTAMP_NEVER;
	for (size_t k = 0; k < n && unfound > 0; k++) {
		if (list[k] <= x->now || (k > 0 && list[k] == list[k - 1]))
			continue;
		segment_eval(&r->set, &x->p, list[k], is);
		for (size_t i = 0; i < SEGMENTS; i++)
			if (is[i] != was[i] && first[i] == TIMESTAMP_NEVER) {
				first[i] = list[k];
				unfound--;
			}
	}
}

static bool
laws_hold(const struct rules *r, const struct round *x, char *why, size_t cap)
{
	const int64_t horizon = x->now + (HORIZON_DAYS - 2) * TIMESTAMP_DAY;
	const int64_t now = x->now;
	int64_t due = due_any(&r->set, &x->p, now);
	int64_t first[SEGMENTS];
	char t1[64], t2[64];

	brute_force(r, x, first);
	for (size_t i = 0; i < SEGMENTS; i++) {
		int64_t one = due_one(&r->set, i, &x->p, now);
		bool same = first[i] == TIMESTAMP_NEVER ? one > horizon : one == first[i];

		if (same && due > x->now && due <= one)
			continue;
		add_time(t1, sizeof(t1), one);
		add_time(t2, sizeof(t2), first[i]);
		snprintf(why, cap, "segment %zu changes at %s, not %s", i, t1, t2);
		return false;
	}
	return true;
}

Test(due, nothing_changes_before_it_is_due_and_all_changes_are_foretold)
{
	struct round x = { .dice = { 20261123 } };
	unsigned changes = 0;

	for (unsigned i = 0; i < 600; i++) {
		struct rules r;
		char why[200] = "";

		buf_reset(&x.text);
		random_round(&x);
		rules_try_buf(&r, &x.text);
		cr_assert(r.status == 0, "%s", r.e.msg);
		cr_expect(laws_hold(&r, &x, why, sizeof(why)), "%s: %.*s", why,
		    STR_ARG(buf_view(&x.text)));
		changes += due_one(&r.set, 0, &x.p, x.now) != TIMESTAMP_NEVER;
		rules_release(&r);
	}
	buf_release(&x.text);
	cr_expect(changes > 100, "only %u rounds saw a change", changes);
}

/* ---- Birthdays come again for ever: due_one must not follow them to the end of the calendar */

/* The first change by all that due_any foretells, one by one. */
static int64_t
walk(const struct rules *r, size_t i, const struct profile *p, int64_t now)
{
	bool was[SEGMENTS], is[SEGMENTS];
	int64_t t = now;

	segment_eval(&r->set, p, now, was);
	do {
		t = due_any(&r->set, p, t);
		if (t == TIMESTAMP_NEVER)
			return t;
		segment_eval(&r->set, p, t, is);
	} while (is[i] == was[i]);
	return t;
}

static void
expect_walk(const char *where, const struct profile *p, int64_t now)
{
	struct rules r;
	char one[64], all[64];

	rules_one(&r, where);
	add_time(one, sizeof(one), due_one(&r.set, 0, p, now));
	add_time(all, sizeof(all), walk(&r, 0, p, now));
	cr_expect_str_eq(one, all, "%s", where);
	rules_release(&r);
}

/* Each birthday, from each year of the 400 after which the calendar is the same again: the value
 * that comes most seldom, 365, comes before due_one gives up. */
Test(due, no_birthday_is_further_than_a_round)
{
	struct rules r, seldom;

	rules_one(&r, "{'field':'days_to_birthday','op':'=','value':365}");
	rules_one(&seldom, "{'all':[{'field':'days_to_birthday','op':'<=','value':366},"
	                   "{'not':{'field':'days_to_birthday','op':'<','value':365}}]}");
	for (int32_t born = day_of(1996, 1, 1); born < day_of(1997, 1, 1); born++)
		for (int year = 2000; year < 2400; year++) {
			const int64_t now = day_of(year, 3, 2) * TIMESTAMP_DAY;
			struct profile p = nobody();
			int64_t t;

			p.birthdate = born;
			t = due_one(&r.set, 0, &p, now);
			if (t == TIMESTAMP_NEVER || due_one(&seldom.set, 0, &p, now) != t)
				cr_assert_fail("born %d, from %d: never", (int)born, year);
		}
	rules_release(&r);
	rules_release(&seldom);
}

Test(due, what_never_changes_ends_soon)
{
	static const char *const wheres[] = {
		"{'all':[{'field':'days_to_birthday','op':'<=','value':7},{'field':'city','op':'='"
		",'value':'x'}]}",
		"{'any':[{'field':'age','op':'>=','value':6000},{'all':[{'field':"
		"'days_to_birthday','op':'in','value':[0,100,365]},{'field':'city','op':'=','value'"
		":'x'}]}]}",
		"{'all':[{'field':'days_to_birthday','op':'=','value':365},{'field':'age','op':'>'"
		",'value':300}]}",
		"{'all':[{'field':'days_to_birthday','op':'=','value':365},{'field':"
		"'fh_last_orderdate','op':'<','value':'-100000d'}]}",
		"{'all':[{'field':'days_to_birthday','op':'<','value':30},{'field':"
		"'days_to_birthday','op':'>','value':30}]}",
	};
	static const char *const births[] = { "1996-02-29", "1990-02-28", "1990-03-01",
		"2090-12-31" };
	static const char *const nows[] = { "2026-03-08T04:00:00Z", "2096-02-29",
		"2098-03-01T00:00:00Z", "2101-07-01" };
	struct profile p = nobody();

	p.last_orderdate = at(ORDERED);
	for (size_t k = 0; k < ROWS(births); k++)
		for (size_t n = 0; n < ROWS(nows); n++)
			for (size_t i = 0; i < ROWS(wheres); i++) {
				p.birthdate = day(births[k]);
				expect_walk(wheres[i], &p, at(nows[n]));
			}
}

/* A list of a hundred days, and a city that nobody lives in: minutes, when all years were walked.
 */
Test(due, what_never_changes_costs_little, .timeout = 10)
{
	struct profile p = nobody();
	struct buf where = { 0 };
	struct rules r;

	p.birthdate = day("1990-02-28");
	buf_z(&where, "{'all':[{'field':'days_to_birthday','op':'in','value':[0");
	for (int i = 3; i < 300; i += 3)
		buf_printf(&where, ",%d", i);
	buf_printf(&where, "]},{'field':'city','op':'=','value':'x'}]}%c", '\0');
	rules_one(&r, where.p);
	expect_time(due_one(&r.set, 0, &p, at(ORDERED)), NEVER, "nobody lives there");
	rules_release(&r);
	buf_release(&where);
}
