/* Goal: a profile is the row DailyStory imports, and no cell runs in a
 * spreadsheet. */
#include "dailystory/contact.h"

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "segment/segment.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct profile
nobody(void)
{
	return (struct profile){ .id = STR("c1"),
		.birthdate = DAY_NONE,
		.last_orderdate = TIMESTAMP_NONE,
		.first_order_date = TIMESTAMP_NONE,
		.last_purchase = TIMESTAMP_NONE,
		.created = TIMESTAMP_NONE };
}

static void
expect_text(struct str have, const char *want, const char *what)
{
	cr_expect(str_eq(have, str_c(want)), "%s: '%.*s', not '%s'", what, STR_ARG(have), want);
}

/* The list column of these products. */
static void
expect_joined(const char *separator, const struct str *list, size_t n, const char *want)
{
	struct arena a = { 0 };
	struct profile p = nobody();
	struct str copy[4];
	struct contact c;

	for (size_t i = 0; i < n; i++)
		copy[i] = list[i];
	p.products = copy;
	p.products_n = n;
	contact_make(&a, &p, 0, str_c(separator), &c);
	expect_text(c.cells[COLUMN_PRODUCTS], want, separator);
	arena_release(&a);
}

Test(contact, a_customer_of_whom_nothing_is_known_has_an_id_and_zeros)
{
	struct arena a = { 0 };
	struct profile p = nobody();
	struct contact c;
	struct buf row = { 0 };

	contact_make(&a, &p, 0, STR(";"), &c);
	contact_csv(&row, &c);
	expect_text(buf_view(&row), ",,,,,,,,,,c1,,,,,,,,0.00,0,,,\r\n", "csv");
	buf_reset(&row);
	contact_json(&row, &c, contact_known(&c));
	expect_text(buf_view(&row),
	    "{\"extendedProperties\":{\"fh_id\":\"c1\",\"fh_total_spent\":"
	    "\"0.00\",\"fh_total_orders\":\"0\"}}",
	    "json");
	buf_release(&row);
	arena_release(&a);
}

Test(contact, every_value_has_its_column)
{
	static const char want[] =
	    "a@b.co,+13035551234,Jo,\"Do, \"\"X\"\"\",1 Main,Denver,CO,80202,"
	    "1990-05-15,\"39.7491,-104.9946\",c1,Recreational,True,12.5,P;Q,F,m1,"
	    "Al,-0.05,3,in-store,sold,2026-05-01T10:05:00Z\r\n";
	struct str products[] = { STR("P"), STR("Q") };
	struct str categories[] = { STR("F") };
	struct arena a = { 0 };
	struct profile p = nobody();
	struct contact c;
	struct buf row = { 0 };

	p.email = STR("a@b.co");
	p.mobile = STR("+13035551234");
	p.first_name = STR("Jo");
	p.last_name = STR("Do, \"X\"");
	p.address = STR("1 Main");
	p.city = STR("Denver");
	p.state = STR("CO");
	p.postal_code = STR("80202");
	cr_assert(day_parse(STR("1990-05-15"), &p.birthdate));
	p.cust_type = STR("Recreational");
	p.is_loyal = TRI_TRUE;
	p.points = STR("12.5");
	p.products = products;
	p.products_n = 2;
	p.categories = categories;
	p.categories_n = 1;
	p.med_id = STR("m1");
	p.last_budtender = STR("Al");
	p.total_spent = -5;
	p.total_orders = 3;
	p.last_ordertype = STR("in-store");
	p.last_orderstatus = STR("sold");
	cr_assert(timestamp_parse(STR("2026-05-01T10:05:00Z"), &p.last_orderdate));
	contact_make(&a, &p, p.last_orderdate, STR(";"), &c);
	contact_csv(&row, &c);
	expect_text(buf_view(&row), want, "csv");
	buf_release(&row);
	arena_release(&a);
}

Test(contact, the_header_names_the_columns_of_the_contract)
{
	struct buf b = { 0 };

	contact_header(&b);
	expect_text(buf_view(&b),
	    "Email address,Mobile number,First name,Last name,Address,City,"
	    "State,Postal code,Birthdate,Geo code,fh_id,"
	    "fh_cust_type,fh_isloyal,fh_points,fh_products,fh_categories,"
	    "fh_med_id,fh_last_budtender,fh_total_spent,fh_total_orders,"
	    "fh_last_ordertype,fh_last_orderstatus,fh_last_orderdate\r\n",
	    "header");
	buf_release(&b);
}

Test(contact, fields_say_how_to_map_each_column)
{
	static const char want[] =
	    "Email address,email,Email address,Text,\r\n"
	    "Mobile number,mobilePhone,Mobile number,Text,\r\n"
	    "First name,firstName,First name,Text,\r\n"
	    "Last name,lastName,Last name,Text,\r\n"
	    "Address,address,Address,Text,\r\n"
	    "City,city,City,Text,yes\r\n"
	    "State,region,State,Text,\r\n"
	    "Postal code,postalCode,Postal code,Text,\r\n"
	    "Birthdate,dateOfBirth,Birthdate,Date/Time,yes\r\n"
	    "Geo code,geoCode,Geo code,Text,\r\n"
	    "fh_id,fh_id,Id,Text,\r\n"
	    "fh_cust_type,fh_cust_type,Customer Type,Text,\r\n"
	    "fh_isloyal,fh_isloyal,Is Loyalty Member,True/False,\r\n"
	    "fh_points,fh_points,Loyalty Points,Number,\r\n"
	    "fh_products,fh_products,Products,List,\r\n"
	    "fh_categories,fh_categories,Categories,List,\r\n"
	    "fh_med_id,fh_med_id,Medical Id,Text,\r\n"
	    "fh_last_budtender,fh_last_budtender,Last Budtender,Text,\r\n"
	    "fh_total_spent,fh_total_spent,Total Spent,Number,yes\r\n"
	    "fh_total_orders,fh_total_orders,Total Orders,Number,\r\n"
	    "fh_last_ordertype,fh_last_ordertype,Last Order Type,Text,\r\n"
	    "fh_last_orderstatus,fh_last_orderstatus,Last Order Status,Text,\r\n"
	    "fh_last_orderdate,fh_last_orderdate,Last Order Date,Date/Time,\r\n";
	static const char rules[] =
	    "[{\"name\":\"A\",\"slug\":\"a\",\"where\":{\"any\":["
	    "{\"field\":\"age\",\"op\":\">\",\"value\":21},"
	    "{\"not\":{\"field\":\"fh_total_spent\",\"op\":\">\",\"value\":1}},"
	    "{\"field\":\"stores\",\"op\":\"contains\",\"value\":\"x\"},{\"segment\":\"b\"}]}},"
	    "{\"name\":\"B\",\"slug\":\"b\",\"where\":"
	    "{\"field\":\"city\",\"op\":\"exists\",\"value\":true}}]";
	struct arena a = { 0 };
	struct segment_set set;
	struct err e = ERR_INIT;
	struct buf b = { 0 };

	cr_assert(segment_parse(&a, "rules", str_c(rules), &set, &e) == 0, "%s", e.msg);
	contact_fields(&b, &set);
	expect_text(buf_view(&b), want, "fields");
	buf_release(&b);
	arena_release(&a);
}

Test(contact, a_separator_in_a_value_becomes_a_comma)
{
	static const struct str list[] = { { "a;b", 3 }, { "c,d", 3 }, { ";;", 2 }, { "e", 1 } };

	expect_joined(";", list, 4, "a,b;c,d;,,;e");
	expect_joined(",", list, 4, "a;b,c d,;;,e");
	expect_joined("||", list, 4, "a;b||c,d||;;||e");
	expect_joined(";", list, 0, "");
	expect_joined(";", list + 3, 1, "e");
}

Test(contact, a_separator_of_two_characters_is_whole_or_none)
{
	static const struct str list[] = { { "a|b", 3 }, { "c||d", 4 }, { "e|||f", 5 },
		{ "||", 2 } };

	expect_joined("||", list, 4, "a|b||c,d||e,|f||,");
}

Test(contact, a_birthdate_in_the_future_is_left_out)
{
	static const struct {
		int32_t day;
		const char *want;
	} rows[] = { { 10, "1970-01-11" }, { 11, "" }, { DAY_NONE, "" }, { -25567, "1900-01-01" } };
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct profile p = nobody();
		struct contact c;

		p.birthdate = rows[i].day;
		contact_make(&a, &p, 11 * TIMESTAMP_DAY - 1, STR(";"), &c);
		expect_text(c.cells[COLUMN_BIRTHDATE], rows[i].want, "birthdate");
	}
	arena_release(&a);
}

Test(contact, an_id_is_cleaned_where_it_is_exported)
{
	struct arena a = { 0 };

	expect_text(contact_id(&a, STR("a\tb\x7f")), "a b", "id");
	expect_text(contact_id(&a, STR("c1")), "c1", "id");
	arena_release(&a);
}

Test(contact, a_cell_that_would_run_is_guarded)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "=1+1", "'=1+1" },
		{ "=\"x\"", "\"'=\"\"x\"\"\"" },
		{ "-1", "'-1" },
		{ "-", "'-" },
		{ "@SUM(A1)", "'@SUM(A1)" },
		{ "\tx", "'\tx" },
		{ "\rx", "\"'\rx\"" },
		{ "+1", "'+1" },
		{ "+", "'+" },
		{ "+cmd", "'+cmd" },
		{ "+13035551234", "+13035551234" },
		{ "+12345678", "+12345678" },
		{ "+1234567", "'+1234567" },
		{ "+123456789012345", "+123456789012345" },
		{ "+1234567890123456", "'+1234567890123456" },
		{ "+03035551234", "'+03035551234" },
		{ "+13035551234=1", "'+13035551234=1" },
		{ "'=1", "'=1" },
		{ "a=1", "a=1" },
		{ " =1", " =1" },
		{ "\n=1", "\"\n=1\"" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = { 0 };

		contact_cell(&b, str_c(rows[i].text));
		expect_text(buf_view(&b), rows[i].want, rows[i].text);
		buf_release(&b);
	}
}

Test(contact, numbers_are_not_guarded_but_text_is_in_every_column)
{
	struct contact c = { 0 };
	struct buf b = { 0 };

	for (size_t i = 0; i < COLUMN_COUNT; i++)
		c.cells[i] = STR("-1");
	contact_csv(&b, &c);
	expect_text(buf_view(&b),
	    "'-1,'-1,'-1,'-1,'-1,'-1,'-1,'-1,'-1,-1,'-1,'-1,'-1,-1,'-1,"
	    "'-1,'-1,'-1,-1,-1,'-1,'-1,'-1\r\n",
	    "csv");
	buf_release(&b);
}

Test(contact, what_was_known_and_is_cleared_is_empty_in_json)
{
	struct contact c = { 0 };
	struct buf b = { 0 };

	c.cells[COLUMN_EMAIL] = STR("=a@b.co");
	c.cells[COLUMN_ID] = STR("c\"1");
	contact_json(
	    &b, &c, contact_known(&c) | 1U << COLUMN_CITY | 1U << COLUMN_GEO | 1U << COLUMN_MED_ID);
	expect_text(buf_view(&b),
	    "{\"email\":\"=a@b.co\",\"city\":\"\",\"geoCode\":\"\","
	    "\"extendedProperties\":{\"fh_id\":\"c\\\"1\",\"fh_med_id\":"
	    "\"\"}}",
	    "json");
	buf_release(&b);
}

Test(contact, an_address_is_never_cleared_in_json)
{
	struct contact c = { 0 };
	struct buf b = { 0 };

	c.cells[COLUMN_MOBILE] = STR("+13035551234");
	contact_json(&b, &c, 1U << COLUMN_EMAIL | 1U << COLUMN_MOBILE | 1U << COLUMN_ADDRESS);
	expect_text(buf_view(&b),
	    "{\"mobilePhone\":\"+13035551234\",\"address\":\"\",\"extendedProperties\":{}}",
	    "json");
	buf_reset(&b);
	c.cells[COLUMN_MOBILE] = STR("");
	contact_json(&b, &c, 1U << COLUMN_EMAIL | 1U << COLUMN_MOBILE);
	expect_text(buf_view(&b), "{\"extendedProperties\":{}}", "json");
	buf_release(&b);
}

Test(contact, a_place_that_begins_with_a_sign_is_a_number)
{
	struct arena a = { 0 };
	struct profile p = nobody();
	struct contact c;
	struct buf b = { 0 };

	p.postal_code = STR("09815");
	contact_make(&a, &p, 0, STR(";"), &c);
	contact_csv(&b, &c);
	cr_expect(str_starts(buf_view(&b), STR(",,,,,,,09815,,\"-4.6167,55.4500\",c1,")));
	p.is_abroad = true;
	contact_make(&a, &p, 0, STR(";"), &c);
	cr_expect(c.cells[COLUMN_GEO].n == 0, "a code of another country");
	buf_release(&b);
	arena_release(&a);
}

Test(contact, an_opt_out_is_true_for_one_address)
{
	struct buf b = { 0 };

	contact_opt_out_csv(&b, STR("a@b.co"), true);
	contact_opt_out_csv(&b, STR("+13035551234"), false);
	contact_opt_out_csv(&b, STR("=a@b.co"), true);
	expect_text(
	    buf_view(&b), "a@b.co,,True,\r\n,+13035551234,,True\r\n=a@b.co,,True,\r\n", "csv");
	buf_release(&b);
}

Test(contact, each_column_has_its_bit)
{
	for (unsigned i = 0; i < COLUMN_COUNT; i++) {
		struct contact c = { 0 };

		c.cells[i] = STR("x");
		cr_expect(contact_known(&c) == UINT32_C(1) << i, "%u", i);
	}
}
