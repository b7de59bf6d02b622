/* Goal: a rule reads as one unambiguous English sentence, and with a profile as
 * the reason for its membership. */
#include "support.h"

/* ${should} has ' for ". */
static void
expect_text(struct buf *b, const char *should)
{
	struct arena a = { 0 };

	cr_expect(
	    str_eq(buf_view(b), quoted(&a, should)), "%.*s\nnot\n%s", STR_ARG(buf_view(b)), should);
	arena_release(&a);
	buf_release(b);
}

/* The sentence of the first rule, which are released. */
static void
expect_sentence(struct rules *r, const char *should)
{
	struct buf b = { 0 };

	segment_sentence(&r->set, 0, &b);
	expect_text(&b, should);
	rules_release(r);
}

Test(sentence, the_built_in_segments_read_well)
{
	static const char *const rows[] = {
		("total orders is at least 1 and last order date is more than 60 days ago"),
		"first order date is at most 30 days ago",
		"total orders is more than 1",
		"total spent is more than $100",
	};
	struct rules r;

	rules_try(&r, segment_builtin());
	cr_assert(r.status == 0, "%s", r.e.msg);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf b = { 0 };

		segment_sentence(&r.set, i, &b);
		expect_text(&b, rows[i]);
	}
	rules_release(&r);
}

Test(sentence, every_field_has_a_noun)
{
	static const char *const rows[][2] = {
		{ "fh_id", "customer id is known" },
		{ "fh_cust_type", "customer type is known" },
		{ "fh_isloyal", "loyalty flag is known" },
		{ "fh_points", "loyalty point balance is known" },
		{ "fh_products", "product list is not empty" },
		{ "fh_categories", "category list is not empty" },
		{ "fh_med_id", "medical id is known" },
		{ "fh_last_budtender", "last budtender is known" },
		{ "fh_total_spent", "total spent is known" },
		{ "fh_total_orders", "total orders is known" },
		{ "fh_last_ordertype", "last order type is known" },
		{ "fh_last_orderstatus", "last order status is known" },
		{ "fh_last_orderdate", "last order date is known" },
		{ "first_order_date", "first order date is known" },
		{ "first_name", "first name is known" },
		{ "last_name", "last name is known" },
		{ "email", "email address is known" },
		{ "mobile", "mobile number is known" },
		{ "city", "city is known" },
		{ "state", "state is known" },
		{ "postal_code", "postal code is known" },
		{ "birthdate", "birthdate is known" },
		{ "age", "age is known" },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct rules r;

		rules_compare(&r, rows[i][0], "exists", "true");
		expect_sentence(&r, rows[i][1]);
	}
}

Test(sentence, every_operator_has_its_words)
{
	static const struct {
		const char *field, *op, *value, *text;
	} rows[] = {
		{ "city", "=", "'x'", "city is 'x'" },
		{ "city", "!=", "'x'", "city is not 'x'" },
		{ "city", "<", "'x'", "city is alphabetically before 'x'" },
		{ "city", "<=", "'x'", "city is not alphabetically after 'x'" },
		{ "city", ">", "'x'", "city is alphabetically after 'x'" },
		{ "city", ">=", "'x'", "city is not alphabetically before 'x'" },
		{ "city", "in", "[\"b\",\"a, \\\"c\\\"\"]",
		    "city is one of \"a, \\\"c\\\"\", \"b\"" },
		{ "city", "in", "[]", "city is one of none" },
		{ "city", "contains", "'x'", "city contains 'x'" },
		{ "city", "exists", "false", "city is not known" },
		{ "fh_products", "contains", "'x'", "product list includes 'x'" },
		{ "fh_last_orderdate", "<", "'-6mo'", "last order date is more than 6 months ago" },
		{ "first_order_date", ">=", "'-1y'", "first order date is at most 1 year ago" },
		{ "days_to_birthday", "<=", "7", "number of days to the birthday is at most 7" },
		{ "fh_products", "exists", "false", "product list is empty" },
		{ "fh_isloyal", "=", "true", "loyalty flag is true" },
		{ "fh_isloyal", "!=", "'TRUE'", "loyalty flag is not true" },
		{ "fh_isloyal", "in", "[true,false]", "loyalty flag is one of false, true" },
		{ "age", "=", "21", "age is 21" },
		{ "age", "!=", "21", "age is not 21" },
		{ "age", "<", "21", "age is less than 21" },
		{ "age", "<=", "21", "age is at most 21" },
		{ "age", ">", "21", "age is more than 21" },
		{ "age", ">=", "21", "age is at least 21" },
		{ "age", "in", "[30,21]", "age is one of 21, 30" },
		{ "fh_points", "<", "1.250e1", "loyalty point balance is less than 12.5" },
		{ "fh_points", "<", "1e99", "loyalty point balance is less than 1e99" },
		{ "fh_total_spent", ">", "99.5", "total spent is more than $99.50" },
		{ "fh_total_spent", ">", "100.005", "total spent is more than $100.005" },
		{ "fh_total_spent", "<", "-1e2", "total spent is less than -$100" },
		{ "fh_last_orderdate", "=", "'-1d'", "last order date is exactly 1 day ago" },
		{ "fh_last_orderdate", "!=", "'-12h'",
		    "last order date is not exactly 12 hours ago" },
		{ "fh_last_orderdate", "<", "'-4w'", "last order date is more than 4 weeks ago" },
		{ "fh_last_orderdate", "<=", "'-1w'", "last order date is at least 1 week ago" },
		{ "fh_last_orderdate", ">", "'-060d'", "last order date is less than 60 days ago" },
		{ "fh_last_orderdate", ">=", "'-1h'", "last order date is at most 1 hour ago" },
		{ "fh_last_orderdate", "=", "'2026-05-01'",
		    "last order date is 2026-05-01T00:00:00Z" },
		{ "fh_last_orderdate", "<", "'2026-05-01T10:00:00.25+02:00'",
		    "last order date is before 2026-05-01T08:00:00.25Z" },
		{ "fh_last_orderdate", "<=", "'2026-05-01'",
		    "last order date is not after 2026-05-01T00:00:00Z" },
		{ "fh_last_orderdate", "in", "['-1d','2026-05-01']",
		    "last order date is one of 2026-05-01T00:00:00Z, 1 day ago" },
		{ "birthdate", ">=", "'1990-05-01'", "birthdate is not before 1990-05-01" },
		{ "birthdate", ">", "'1990-05-01T12:00'",
		    "birthdate is after 1990-05-01T12:00:00Z" },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct rules r;

		rules_compare(&r, rows[i].field, rows[i].op, rows[i].value);
		expect_sentence(&r, rows[i].text);
	}
}

#define IS(value) "{'field':'city','op':'=','value':'" value "'}"

Test(sentence, parentheses_stand_only_where_needed)
{
	static const char *const rows[][2] = {
		{ "{'all':[]}", "always" },
		{ "{'any':[]}", "never" },
		{ "{'all':[{'any':[" IS("a") "]}]}", "city is 'a'" },
		{ "{'all':[" IS("a") "," IS("b") "]}", "city is 'a' and city is 'b'" },
		{ "{'all':[" IS("a") ",{'all':[" IS("b") "," IS("c") "]}]}",
		    "city is 'a' and city is 'b' and city is 'c'" },
		{ "{'any':[" IS("a") ",{'all':[" IS("b") "," IS("c") "]}]}",
		    "city is 'a' or (city is 'b' and city is 'c')" },
		{ "{'all':[{'any':[" IS("a") "," IS("b") "]}," IS("c") "]}",
		    "(city is 'a' or city is 'b') and city is 'c'" },
		{ "{'all':[{'any':[{'all':[" IS("a") "," IS("b") "]}]}," IS("c") "]}",
		    "city is 'a' and city is 'b' and city is 'c'" },
		{ "{'not':{'any':[" IS("a") "," IS("b") "]}}", "not (city is 'a' or city is 'b')" },
		{ "{'all':[{'not':" IS("a") "},{'any':[]}]}", "not (city is 'a') and never" },
		{ "{'not':{'not':" IS("a") "}}", "not (not (city is 'a'))" },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct rules r;

		rules_one(&r, rows[i][0]);
		expect_sentence(&r, rows[i][1]);
	}
}

Test(sentence, a_reference_is_called_by_its_name)
{
	struct rules r;

	rules_read(&r, "[{\"name\":\"A\",\"slug\":\"a\",\"where\":{\"not\":{\"segment\":\"b\"}}},{"
	               "\"name\":\"Big \\\"B\\\"\",\"slug\":\"b\",\"where\":{\"all\":[]}}]");
	expect_sentence(&r, "not (is in segment \"Big \\\"B\\\"\")");
}

static struct str products[] = { { "Gummies", 7 }, { "Vape", 4 } };

static struct profile
somebody(void)
{
	struct profile p = nobody();

	p.points = STR("12.5");
	p.products = products;
	p.products_n = ROWS(products);
	p.is_loyal = TRI_TRUE;
	p.total_spent = -12345;
	p.total_orders = 3;
	p.last_orderdate = at("2026-01-05T12:00:00Z");
	p.first_order_date = at("2026-03-20");
	p.city = STR("Fort \"X\"");
	p.birthdate = day("2004-02-29");
	return p;
}

static void
expect_reason(const char *field, const char *op, const char *value, const char *should)
{
	const struct profile p = somebody();
	struct buf b = { 0 };
	struct rules r;

	rules_compare(&r, field, op, value);
	segment_reason(&r.set, 0, &p, at("2026-03-08T04:00:00Z"), &b);
	expect_text(&b, should);
	rules_release(&r);
}

Test(reason, each_comparison_shows_the_value_and_whether_it_holds)
{
	static const struct {
		const char *field, *op, *value, *text;
	} rows[] = {
		{ "fh_total_orders", ">=", "1", "total orders is 3 (at least 1: holds)" },
		{ "fh_total_spent", ">", "100",
		    "total spent is -$123.45 (more than $100: does not hold)" },
		{ "fh_points", "=", "12.50", "loyalty point balance is 12.5 (12.5: holds)" },
		{ "fh_isloyal", "!=", "true", "loyalty flag is true (not true: does not hold)" },
		{ "fh_products", "contains", "'Vape'",
		    "product list has 2 entries (includes 'Vape': holds)" },
		{ "fh_categories", "exists", "true",
		    "category list has 0 entries (not empty: does not hold)" },
		{ "city", "contains", "'fort'",
		    "city is \"Fort \\\"X\\\"\" (contains \"fort\": holds)" },
		{ "email", "!=", "'x'", "email address is not known (not 'x': does not hold)" },
		{ "email", "exists", "false", "email address is not known (not known: holds)" },
		{ "age", "<", "21", "age is 22 (less than 21: does not hold)" },
	};

	for (size_t i = 0; i < ROWS(rows); i++)
		expect_reason(rows[i].field, rows[i].op, rows[i].value, rows[i].text);
}

Test(reason, a_date_tells_its_distance_and_the_time_where_it_decides)
{
	static const struct {
		const char *field, *op, *value, *text;
	} rows[] = {
		{ "fh_last_orderdate", "<", "'-30d'",
		    "last order date is 2026-01-05, 61 days before (more than 30 days ago: "
		    "holds)" },
		{ "fh_last_orderdate", "<", "'-61d'",
		    "last order date is 2026-01-05T12:00:00Z, 61 days and 16:00:00 before (more "
		    "than 61 days ago: holds)" },
		{ "fh_last_orderdate", "<", "'-62d'",
		    "last order date is 2026-01-05T12:00:00Z, 61 days and 16:00:00 before (more "
		    "than 62 days ago: does not hold)" },
		{ "fh_last_orderdate", "<", "'2026-01-05'",
		    "last order date is 2026-01-05T12:00:00Z, 61 days and 16:00:00 before (before "
		    "2026-01-05T00:00:00Z: does not hold)" },
		{ "first_order_date", ">", "'-1d'",
		    "first order date is 2026-03-20, 11 days after (less than 1 day ago: holds)" },
		{ "birthdate", "<", "'2005-01-01'",
		    "birthdate is 2004-02-29, 8043 days before (before 2005-01-01: holds)" },
	};

	for (size_t i = 0; i < ROWS(rows); i++)
		expect_reason(rows[i].field, rows[i].op, rows[i].value, rows[i].text);
}

Test(reason, references_and_parentheses_stay)
{
	const struct profile p = somebody();
	struct rules r;
	struct buf b = { 0 };

	rules_read(&r, "[{'name':'A','slug':'a','where':{'not':{'any':[{'segment':'b'},{'field':'"
	               "age','op':'>','value':30}]}}},{'name':'B','slug':'b','where':{'all':[]}}]");
	segment_reason(&r.set, 0, &p, at("2026-03-08"), &b);

	expect_text(
	    &b, "not (is in segment 'B' (holds) or age is 22 (more than 30: does not hold))");
	rules_release(&r);
}
