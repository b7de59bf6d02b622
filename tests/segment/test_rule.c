/* Goal: a rule holds for exactly the profiles that section 6 of the contract
 * says. */
#include "support.h"

#define NOW "2026-03-08T04:00:00Z"

static struct str products[] = { { "Blue Dream", 10 }, { "Gummies", 7 }, { "gummies", 7 } };

static struct profile
somebody(void)
{
	struct profile p = nobody();

	p.id = STR("9007199254740993");
	p.cust_type = STR("Recreational");
	p.is_loyal = TRI_FALSE;
	p.points = STR("12.5");
	p.products = products;
	p.products_n = ROWS(products);
	p.last_budtender = STR("Zo\xc3\xab O'Neil");
	p.total_spent = 10000;
	p.total_orders = 2;
	p.last_orderdate = at("2026-01-07T04:00:00Z");
	p.first_order_date = at("2025-12-31T23:59:59.999999Z");
	p.email = STR("ann@example.com");
	p.state = STR("CO");
	p.birthdate = day("2004-02-29");
	return p;
}

struct row {
	const char *field, *op, *value;
	bool holds;
};

static void
expect_rows(const struct row *rows, size_t n, const struct profile *p)
{
	for (size_t i = 0; i < n; i++)
		cr_expect(
		    compares(rows[i].field, rows[i].op, rows[i].value, p, at(NOW)) == rows[i].holds,
		    "%s %s %s should %shold", rows[i].field, rows[i].op, rows[i].value,
		    rows[i].holds ? "" : "not ");
}

Test(rule, text_compares_by_bytes)
{
	static const struct row rows[] = {
		{ "fh_id", "=", "'9007199254740993'", true },
		{ "fh_id", "=", "'9007199254740992'", false },
		{ "state", "=", "'CO'", true },
		{ "state", "=", "'co'", false },
		{ "state", "=", "'C\\u004f'", true },
		{ "state", "=", "'CO '", false },
		{ "state", "=", "'CO\\u0000'", false },
		{ "state", "!=", "'co'", true },
		{ "state", "!=", "'CO'", false },
		{ "state", "<", "'CO'", false },
		{ "state", "<", "'COO'", true },
		{ "state", "<=", "'CO'", true },
		{ "state", ">", "'C'", true },
		{ "state", ">", "'a'", false },
		{ "state", ">=", "'CO'", true },
		{ "state", "in", "['UT','CO','AZ']", true },
		{ "state", "in", "['UT','C','COO']", false },
		{ "state", "in", "[]", false },
		{ "last_name", "in", "['']", false },
		{ "email", "contains", "'EXAMPLE'", true },
		{ "email", "contains", "'ann@example.com'", true },
		{ "email", "contains", "'ann@example.com.'", false },
		{ "email", "contains", "''", true },
		{ "last_name", "contains", "''", false },
		{ "fh_last_budtender", "contains", "'ZO\xc3\xab'", true },
		{ "fh_last_budtender", "contains", "'ZO\xc3\x8b'", false },
	};
	const struct profile p = somebody();

	expect_rows(rows, ROWS(rows), &p);
}

Test(rule, lists_hold_whole_members)
{
	static const struct row rows[] = {
		{ "fh_products", "contains", "'Gummies'", true },
		{ "fh_products", "contains", "'gummies'", true },
		{ "fh_products", "contains", "'Blue Dream'", true },
		{ "fh_products", "contains", "'GUMMIES'", true },
		{ "fh_products", "contains", "'Gumm'", false },
		{ "fh_products", "contains", "''", false },
		{ "fh_products", "exists", "true", true },
		{ "fh_products", "exists", "false", false },
		{ "fh_categories", "contains", "''", false },
		{ "fh_categories", "exists", "true", false },
		{ "fh_categories", "exists", "false", true },
	};
	const struct profile p = somebody();

	expect_rows(rows, ROWS(rows), &p);
}

Test(rule, a_flag_is_true_or_false)
{
	static const struct row rows[] = {
		{ "fh_isloyal", "=", "false", true },
		{ "fh_isloyal", "=", "'False'", true },
		{ "fh_isloyal", "=", "'f\\u0061lse'", true },
		{ "fh_isloyal", "=", "true", false },
		{ "fh_isloyal", "!=", "'TRUE'", true },
		{ "fh_isloyal", "!=", "false", false },
		{ "fh_isloyal", "in", "[true]", false },
		{ "fh_isloyal", "in", "[true,false]", true },
		{ "fh_isloyal", "exists", "true", true },
	};
	const struct profile p = somebody();

	expect_rows(rows, ROWS(rows), &p);
}

Test(rule, money_compares_with_any_number_exactly)
{
	static const struct {
		int64_t cents;
		const char *dollars;
		int order; /* of the money, seen from the number */
	} rows[] = {
		{ 10000, "100", 0 },
		{ 10000, "100.00", 0 },
		{ 10000, "1e2", 0 },
		{ 10000, "1000000E-4", 0 },
		{ 10000, "0.0001e+6", 0 },
		{ 10000, "100.005", -1 },
		{ 10001, "100.005", 1 },
		{ 10000, "99.995", 1 },
		{ 10000,
		    "99."
		    "99999999999999999999999999999999999999999999999999999999999999999999999999999"
		    "9",
		    1 },
		{ 10000,
		    "100."
		    "00000000000000000000000000000000000000000000000000000000000000000000000000001",
		    -1 },
		{ 0, "0", 0 },
		{ 0, "-0", 0 },
		{ 0, "0e999999999999999999999999", 0 },
		{ 0, "1e-999999999999999999999999", -1 },
		{ 0, "-1e-999999999999999999999999", 1 },
		{ -1, "-0.01", 0 },
		{ -1, "-0.011", 1 },
		{ -1, "-0.009", -1 },
		{ -1, "0", -1 },
		{ -12345, "-123.45", 0 },
		{ -12345, "-123.451", 1 },
		{ INT64_MAX, "92233720368547758.07", 0 },
		{ INT64_MAX, "92233720368547758.071", -1 },
		{ INT64_MAX, "92233720368547758.08", -1 },
		{ INT64_MAX, "1e400", -1 },
		{ INT64_MAX, "92233720368547758.06", 1 },
		{ INT64_MIN, "-92233720368547758.08", 0 },
		{ INT64_MIN + 1, "-1e999999999", 1 },
		{ INT64_MIN + 1, "-92233720368547758.08", 1 },
		{ INT64_C(99999999999999), "999999999999.99", 0 },
	};
	static const struct {
		const char *op;
		bool less, equal, greater;
	} ops[] = {
		{ "=", false, true, false },
		{ "!=", true, false, true },
		{ "<", true, false, false },
		{ "<=", true, true, false },
		{ ">", false, false, true },
		{ ">=", false, true, true },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct profile p = nobody();

		p.total_spent = rows[i].cents;
		for (size_t k = 0; k < ROWS(ops); k++)
			cr_expect(compares("fh_total_spent", ops[k].op, rows[i].dollars, &p, 0) ==
			              (rows[i].order < 0       ? ops[k].less
			                  : rows[i].order == 0 ? ops[k].equal
			                                       : ops[k].greater),
			    "%lld cents %s %s", (long long)rows[i].cents, ops[k].op,
			    rows[i].dollars);
	}
}

Test(rule, points_compare_with_any_number_exactly)
{
	static const struct {
		const char *points, *number;
		int order;
	} rows[] = {
		{ "0", "0", 0 },
		{ "0", "-0.000", 0 },
		{ "0", "0.0000001", -1 },
		{ "0", "-1e-70", 1 },
		{ "12.5", "12.50", 0 },
		{ "12.5", "1.25e1", 0 },
		{ "12.5", "12.49999999999999999999999999999999999999999999", 1 },
		{ "-12.5", "-12.5", 0 },
		{ "-12.5", "-12.6", 1 },
		{ "-12.5", "12.5", -1 },
		{ "100", "1e2", 0 },
		{ "100", "99.9", 1 },
		{ "100", "1000", -1 },
		{ "0.00125", "0.00125", 0 },
		{ "0.00125", "1.25e-3", 0 },
		{ "0.00125", "0.0125", -1 },
		{ "0.00125", "0.001249", 1 },
		{ "123456789012345678901234567890.000000000000000000000001",
		    "123456789012345678901234567890", 1 },
		{ "1234567890123456789012345678901234567890123456789012345678901234", "1e400", -1 },
		{ "-1234567890123456789012345678901234567890123456789012345678901234", "-1e400",
		    1 },
		{ "9", "10", -1 },
		{ "10", "9", 1 },
		{ "101", "10.1e1", 0 },
		{ "101", "1.01", 1 },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct profile p = nobody();
		char in[300];
		int order = rows[i].order;

		p.points = str_c(rows[i].points);
		snprintf(in, sizeof(in), "[-7,%s,1e80]", rows[i].number);
		cr_expect(compares("fh_points", "<", rows[i].number, &p, 0) == (order < 0),
		    "%s < %s", rows[i].points, rows[i].number);
		cr_expect(compares("fh_points", "=", rows[i].number, &p, 0) == (order == 0),
		    "%s = %s", rows[i].points, rows[i].number);
		cr_expect(compares("fh_points", ">", rows[i].number, &p, 0) == (order > 0),
		    "%s > %s", rows[i].points, rows[i].number);
		cr_expect(compares("fh_points", "in", in, &p, 0) == (order == 0), "%s in %s",
		    rows[i].points, in);
	}
}

Test(rule, counts_and_ages_compare_with_fractions)
{
	static const struct row rows[] = {
		{ "fh_total_orders", ">", "1.5", true },
		{ "fh_total_orders", "<", "2.5", true },
		{ "fh_total_orders", ">", "2.5", false },
		{ "fh_total_orders", "=", "2.0", true },
		{ "fh_total_orders", "=", "2.5", false },
		{ "fh_total_orders", "!=", "2.5", true },
		{ "fh_total_orders", ">=", "-1e99", true },
		{ "fh_total_orders", "<=", "1e99", true },
		{ "fh_total_orders", "in", "[1,2.5,3]", false },
		{ "fh_total_orders", "in", "[3,2.5,2,1]", true },
		{ "age", "=", "22", true },
		{ "age", ">", "21.99", true },
		{ "age", "<", "22.01", true },
		{ "age", "in", "[21,22]", true },
	};
	const struct profile p = somebody();

	expect_rows(rows, ROWS(rows), &p);
}

Test(rule, times_compare_to_the_microsecond)
{
	/* The last order is 60 days, 0 h before as of. */
	static const struct row rows[] = {
		{ "fh_last_orderdate", "<", "'-60d'", false },
		{ "fh_last_orderdate", "<=", "'-60d'", true },
		{ "fh_last_orderdate", "=", "'-60d'", true },
		{ "fh_last_orderdate", "!=", "'-60d'", false },
		{ "fh_last_orderdate", ">=", "'-60d'", true },
		{ "fh_last_orderdate", ">", "'-60d'", false },
		{ "fh_last_orderdate", "=", "'-1440h'", true },
		{ "fh_last_orderdate", "<", "'-1439h'", true },
		{ "fh_last_orderdate", ">", "'-9w'", true },
		{ "fh_last_orderdate", "in", "['-8w','-60d']", true },
		{ "fh_last_orderdate", "in", "['-8w','-61d','2026-01-07']", false },
		{ "fh_last_orderdate", "in", "['-8w','2026-01-07 04:00','-61d']", true },
		{ "fh_last_orderdate", "=", "'2026-01-07T06:00:00+02:00'", true },
		{ "fh_last_orderdate", ">", "'2026-01-07'", true },
		{ "fh_last_orderdate", ">", "'-99999w'", true },
		{ "first_order_date", "=", "'2025-12-31T23:59:59.999999Z'", true },
		{ "first_order_date", "<", "'2026-01-01'", true },
		{ "first_order_date", "<", "'2025-12-31T23:59:59.999999'", false },
		{ "birthdate", "=", "'2004-02-29'", true },
		{ "birthdate", "=", "'2004-02-29T00:00:00Z'", true },
		{ "birthdate", "<", "'2004-02-29T00:00:00.000001Z'", true },
		{ "birthdate", "<", "'-365d'", true },
	};
	const struct profile p = somebody();

	expect_rows(rows, ROWS(rows), &p);
}

Test(rule, absent_fields_fail_every_comparison_and_its_opposite)
{
	static const struct {
		const char *field, *value;
		bool lists;
	} fields[] = {
		{ "fh_cust_type", "'x'", false },
		{ "fh_isloyal", "true", false },
		{ "fh_points", "0", false },
		{ "fh_products", "'x'", true },
		{ "fh_categories", "'x'", true },
		{ "fh_med_id", "'x'", false },
		{ "fh_last_budtender", "'x'", false },
		{ "fh_last_ordertype", "'x'", false },
		{ "fh_last_orderstatus", "'x'", false },
		{ "fh_last_orderdate", "'-1d'", false },
		{ "first_order_date", "'2026-01-01'", false },
		{ "first_name", "'x'", false },
		{ "last_name", "''", false },
		{ "email", "'x'", false },
		{ "mobile", "'x'", false },
		{ "city", "'x'", false },
		{ "state", "'x'", false },
		{ "postal_code", "'x'", false },
		{ "birthdate", "'2000-01-01'", false },
		{ "stores", "'x'", true },
		{ "last_store", "'x'", false },
		{ "age", "0", false },
		{ "days_to_birthday", "0", false },
	};
	const struct profile p = nobody();

	for (size_t i = 0; i < ROWS(fields); i++) {
		const char *f = fields[i].field, *v = fields[i].value;
		const char *op = fields[i].lists ? "contains" : "=";

		cr_expect(!compares(f, op, v, &p, 0), "%s %s", f, op);
		cr_expect(fields[i].lists || !compares(f, "!=", v, &p, 0), "%s !=", f);
		cr_expect(!compares(f, "exists", "true", &p, 0), "%s", f);
		cr_expect(compares(f, "exists", "false", &p, 0), "no %s", f);
	}
}

Test(rule, months_and_years_go_by_the_calendar)
{
	static const struct {
		const char *time, *value, *now;
	} same[] = {
		{ "2026-01-15T04:05:06", "'-6mo'", "2026-07-15T04:05:06" },
		{ "2026-02-28T12:00:00", "'-1mo'", "2026-03-28T12:00:00" },
		{ "2026-02-28T12:00:00", "'-1mo'", "2026-03-31T12:00:00" },
		{ "2025-02-28T12:00:00", "'-12mo'", "2026-02-28T12:00:00" },
		{ "2023-02-28", "'-1y'", "2024-02-29" },
		{ "2020-02-29", "'-4y'", "2024-02-29" },
		{ "2025-12-31", "'-2mo'", "2026-02-28T00:00:00.000001" },
	};

	for (size_t i = 0; i < ROWS(same); i++) {
		struct profile p = nobody();
		bool is_same = i + 1 < ROWS(same);

		p.last_orderdate = at(same[i].time);
		cr_expect(compares("fh_last_orderdate", "=", same[i].value, &p, at(same[i].now)) ==
		              is_same,
		    "%s is %s before %s", same[i].time, same[i].value, same[i].now);
	}
}

Test(rule, days_to_a_birthday)
{
	static const struct {
		const char *born, *today, *days;
	} rows[] = {
		{ "1990-05-01", "2026-05-01", "0" },
		{ "1990-05-01", "2026-04-30", "1" },
		{ "1990-05-01", "2026-05-02", "364" },
		{ "1990-05-01", "2027-05-02", "365" },
		{ "2004-02-29", "2026-02-28", "1" },
		{ "2004-02-29", "2026-03-01", "0" },
		{ "2004-02-29", "2027-03-02", "364" },
		{ "2004-02-29", "2028-02-29", "0" },
		{ "2026-05-01", "2026-05-01", "0" },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct profile p = nobody();

		p.birthdate = day(rows[i].born);
		cr_expect(
		    compares("days_to_birthday", "=", rows[i].days, &p, at(rows[i].today) + 1),
		    "%s on %s", rows[i].born, rows[i].today);
	}
}

Test(rule, within_counts_only_the_orders_of_a_span)
{
	struct str bought[] = { STR("Gummies"), STR("") };
	struct profile_order orders[] = {
		{ .time = at("2026-05-01T12:00:00Z"),
		    .cents = 4000,
		    .is_purchase = true,
		    .store = STR("Downtown"),
		    .products = bought,
		    .categories = &bought[1],
		    .items_n = 1 },
		{ .time = at("2026-05-02T12:00:00Z"), .cents = -1000, .store = STR("Uptown") },
		{ .time = at("2026-01-01"), .cents = 900, .is_purchase = true },
	};
	static const struct {
		const char *rule;
		bool holds;
	} rows[] = {
		{ "'field':'fh_total_spent','op':'=','value':30,'within':'60d'", true },
		{ "'field':'fh_total_spent','op':'=','value':39,'within':'1y'", true },
		{ "'field':'fh_total_spent','op':'=','value':-10,'within':'24h'", true },
		{ "'field':'fh_total_orders','op':'=','value':1,'within':'48h'", true },
		{ "'field':'fh_total_orders','op':'=','value':0,'within':'47h'", true },
		{ "'field':'fh_total_orders','op':'exists','value':true,'within':'0d'", true },
		{ "'field':'fh_total_orders','op':'in','value':[2,3],'within':'6mo'", true },
		{ "'field':'fh_products','op':'contains','value':'GUMMIES','within':'1mo'", true },
		{ "'field':'fh_products','op':'contains','value':'gummies','within':'1d'", false },
		{ "'field':'fh_products','op':'contains','value':'','within':'1mo'", false },
		{ "'field':'fh_categories','op':'exists','value':true,'within':'1mo'", false },
		{ "'field':'stores','op':'contains','value':'downtown','within':'4w'", true },
		{ "'field':'stores','op':'contains','value':'Uptown','within':'4w'", false },
		{ "'field':'stores','op':'exists','value':false,'within':'1d'", true },
	};
	struct profile p = nobody();
	char rule[200];

	p.orders = orders;
	p.orders_n = ROWS(orders);
	for (size_t i = 0; i < ROWS(rows); i++) {
		snprintf(rule, sizeof(rule), "{%s}", rows[i].rule);
		cr_expect(holds(rule, &p, at("2026-05-03T12:00:00Z")) == rows[i].holds, "%s", rule);
	}
}

Test(rule, totals_are_never_absent)
{
	const struct profile p = nobody();

	cr_expect(compares("fh_total_spent", "=", "0", &p, 0), "spent");
	cr_expect(compares("fh_total_orders", "exists", "true", &p, 0), "orders");
}

Test(rule, not_is_the_plain_complement)
{
	const struct profile p = nobody();

	cr_expect(holds("{'not':{'field':'city','op':'=','value':'x'}}", &p, 0), "absent is not x");
	cr_expect(
	    holds("{'not':{'field':'city','op':'!=','value':'x'}}", &p, 0), "nor is it another");
}

Test(rule, lists_of_rules_need_all_or_any)
{
	static const struct {
		const char *where;
		bool holds;
	} rows[] = {
		{ "{'all':[]}", true },
		{ "{'any':[]}", false },
		{ "{'not':{'all':[]}}", false },
		{ "{'all':[{'all':[]},{'any':[]}]}", false },
		{ "{'any':[{'any':[]},{'all':[]}]}", true },
		{ "{'all':[{'any':[{'any':[]},{'not':{'any':[]}}]},{'all':[{'all':[]}]}]}", true },
		{ "{'any':[{'all':[{'all':[]},{'any':[]}]},{'any':[{'any':[]}]}]}", false },
	};
	const struct profile p = nobody();

	for (size_t i = 0; i < ROWS(rows); i++)
		cr_expect(holds(rows[i].where, &p, 0) == rows[i].holds, "%s", rows[i].where);
}

Test(rule, a_birthdate_to_come_counts_as_absent)
{
	struct profile p = nobody();
	int64_t birth;

	p.birthdate = day("2026-03-09");
	birth = at("2026-03-09");

	cr_expect(
	    compares("birthdate", "exists", "false", &p, birth - 1), "the microsecond before");
	cr_expect(compares("age", "exists", "false", &p, birth - 1), "no age");
	cr_expect(compares("birthdate", "exists", "true", &p, birth), "born");
	cr_expect(compares("age", "=", "0", &p, birth), "aged nought");
}

Test(rule, age_counts_on_the_birthday)
{
	static const struct {
		const char *birth, *as_of, *age;
	} rows[] = {
		{ "2000-02-29", "2021-02-28T23:59:59.999999", "20" },
		{ "2000-02-29", "2021-03-01", "21" },
		{ "2000-02-29", "2024-02-28T23:59:59.999999", "23" },
		{ "2000-02-29", "2024-02-29", "24" },
		{ "2005-03-08", "2026-03-07T23:59:59.999999", "20" },
		{ "2005-03-08", "2026-03-08", "21" },
		{ "1960-01-01", "1969-12-31T23:59:59.999999", "9" },
		{ "1900-01-01", "2026-01-01", "126" },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct profile p = nobody();

		p.birthdate = day(rows[i].birth);
		cr_expect(compares("age", "=", rows[i].age, &p, at(rows[i].as_of)),
		    "born %s: %s at %s", rows[i].birth, rows[i].age, rows[i].as_of);
	}
}

Test(rule, a_long_list_is_searched_right)
{
	struct buf b = { 0 };
	struct rules r;
	struct profile p = nobody();

	buf_z(&b, "{'field':'city','op':'in','value':[");
	for (unsigned i = 0; i < 1000; i++)
		buf_printf(&b, "%s'c%u'", i == 0 ? "" : ",", i * 2 * 7919 % 2000);
	buf_z(&b, "]}");
	buf_char(&b, '\0');
	rules_one(&r, b.p);

	for (unsigned i = 0; i < 2000; i++) {
		char city[16];

		snprintf(city, sizeof(city), "c%u", i);
		p.city = str_c(city);
		cr_expect(member_at(&r, 0, &p, 0) == (i % 2 == 0), "%s", city);
	}
	rules_release(&r);
	buf_release(&b);
}
