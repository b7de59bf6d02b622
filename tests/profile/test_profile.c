/* Goal: a profile is what the customer's record and all their orders say, and
 * whatever order they come in, the sums agree. */
#include "profile/profile.h"

#include "support/account.h"

/* An order of customer c: id, created, completed, total, more members. */
#define SALE(id, created, done, total, more)                                                       \
	"{'id':'" id "','customerId':'c','createdAt':'" created "','completedOn':'" done           \
	"','orderStatus':'sold','totals':{"                                                        \
	"'finalTotal':" total "}" more "}"

#define ONE "[{'id':'c'}]"

/* The profile of c after one snapshot. */
static struct profile
profile_of(struct account *g, const char *customer, const char *orders)
{
	const struct page pages[] = { SOME_CUSTOMERS(customer), SOME_ORDERS(orders), { 0 } };

	account_apply(g, pages);
	return account_profile(g, "c");
}

static int64_t
time_of(const char *text)
{
	int64_t us = 0;

	cr_assert(timestamp_parse(str_c(text), &us), "%s", text);
	return us;
}

static void
expect_list(const struct str *list, size_t n, const char *want)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < n; i++) {
		buf_z(&b, i > 0 ? "|" : "");
		buf_str(&b, list[i]);
	}
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%.*s, not %s", STR_ARG(buf_view(&b)), want);
	buf_release(&b);
}

Test(fold, a_customer_without_orders_has_no_dates)
{
	struct account g;
	struct profile p;

	account_begin(&g);
	p = profile_of(&g, ONE, "[]");
	cr_expect(p.total_spent == 0 && p.total_orders == 0);
	cr_expect(p.last_orderdate == TIMESTAMP_NONE);
	cr_expect(p.first_order_date == TIMESTAMP_NONE);
	cr_expect(p.last_ordertype.n == 0 && p.last_orderstatus.n == 0);
	cr_expect(p.products_n == 0 && p.last_budtender.n == 0);
	account_end(&g);
}

Test(fold, refunds_are_spent_but_are_no_orders)
{
	struct account g;
	struct profile p;

	account_begin(&g);
	p = profile_of(&g, ONE,
	    "[" SALE("1", "2026-01-01", "2026-01-01", "10.005", "") "," SALE(
	        "2", "2026-01-02", "2026-01-02", "-3", "") "," SALE("3", "2026-01-03", "2026-01-03",
	        "2", ",'originalSaleId':'1'") "," SALE("4", "2026-01-04", "2026-01-04", "5",
	        ",'voided':true") ","
	                          "{'id':'5','customerId':'c','createdAt':'"
	                          "2026-01-05',"
	                          "'orderStatus':'pending','totals':{'"
	                          "finalTotal':100}}]");
	cr_expect(p.total_spent == 1001 - 300 + 200, "%lld", (long long)p.total_spent);
	cr_expect(p.total_orders == 1);
	cr_expect(p.last_orderdate == time_of("2026-01-01"));
	account_end(&g);
}

Test(fold, the_latest_purchase_is_by_its_own_time)
{
	struct account g;
	struct profile p;

	account_begin(&g);
	p = profile_of(&g, ONE,
	    "[" SALE(
	        "1", "2026-01-01", "2026-03-01T10:00:00.9Z", "1", ",'budtender':'Al'") "," SALE("2",
	        "2026-02-01", "2026-02-01T00:00:00.25Z", "1", ",'budtender':'Bo'") "]");
	cr_expect(p.last_orderdate == time_of("2026-03-01T10:00:00Z"), "whole seconds");
	cr_expect(p.last_purchase == time_of("2026-03-01T10:00:00.9Z"));
	cr_expect(p.first_order_date == time_of("2026-02-01T00:00:00.25Z"));
	cr_expect(str_eq(p.last_budtender, STR("Al")));
	account_end(&g);
}

Test(fold, a_fraction_before_1970_is_cut_downwards)
{
	struct account g;
	struct profile p;

	account_begin(&g);
	p = profile_of(&g, ONE,
	    "[" SALE("1", "1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z", "1", "") "]");
	cr_expect(p.last_orderdate == -TIMESTAMP_SECOND);
	cr_expect(p.first_order_date == -TIMESTAMP_SECOND / 2);
	account_end(&g);
}

Test(fold, times_at_the_ends_of_the_calendar_count)
{
	struct account g;
	struct profile p;

	account_begin(&g);
	p = profile_of(&g, ONE,
	    "[" SALE("1", "0001-01-01", "0001-01-01", "1", "") "," SALE(
	        "2", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z", "1", "") "]");
	cr_expect(p.first_order_date == time_of("0001-01-01"));
	cr_expect(p.last_orderdate == time_of("9999-12-31T23:59:59Z"));
	account_end(&g);
}

Test(fold, a_tie_goes_to_the_greater_id)
{
	struct account g;
	struct profile p;

	account_begin(&g);
	p = profile_of(&g, ONE,
	    "[" SALE("9", "2026-01-01", "2026-01-01", "1",
	        ",'budtender':'nine','orderType':'NINE'") "," SALE("10", "2026-01-01", "2026-01-01",
	        "1", ",'budtender':'ten','orderType':'TEN'") "]");
	cr_expect(str_eq(p.last_budtender, STR("nine")), "by bytes");
	cr_expect(str_eq(p.last_ordertype, STR("nine")));
	account_end(&g);
}

Test(fold, type_and_status_are_of_the_latest_created_of_any_status)
{
	struct account g;
	struct profile p;

	account_begin(&g);
	p = profile_of(&g, ONE,
	    "[" SALE("1", "2026-01-01", "2026-05-01", "1",
	        ",'orderType':'In-Store'") ","
	                                   "{'id':'2','customerId':'c','"
	                                   "createdAt':'2026-02-01',"
	                                   "'orderStatus':'Cancelled','"
	                                   "orderType':'Delivery'},"
	                                   "{'id':'3','customerId':'c','"
	                                   "completedOn':'2026-01-15',"
	                                   "'orderStatus':'Pending'}]");
	cr_expect(str_eq(p.last_orderstatus, STR("cancelled")));
	cr_expect(str_eq(p.last_ordertype, STR("delivery")));
	cr_expect(p.last_orderdate == time_of("2026-05-01"));
	account_end(&g);
}

Test(fold, a_voided_order_is_latest_with_the_status_voided)
{
	struct account g;
	struct profile p;

	account_begin(&g);
	p = profile_of(&g, ONE,
	    "[" SALE("1", "2026-01-01", "2026-01-01", "1", "") "," SALE(
	        "2", "2026-01-02", "2026-01-02", "1", ",'voided':true,'orderType':'Pickup'") "]");
	cr_expect(str_eq(p.last_orderstatus, STR("voided")));
	cr_expect(str_eq(p.last_ordertype, STR("pickup")));
	account_end(&g);
}

Test(fold, voiding_the_last_purchase_brings_back_the_one_before)
{
	static const char both[] = "[" SALE("1", "2026-01-01", "2026-01-01", "1",
	    ",'budtender':'Al','itemsInCart':[{'productName':'a'}]") "," SALE("2", "2026-01-02",
	    "2026-01-02", "2", ",'budtender':'Bo','itemsInCart':[{'productName':'b'}]") "]";
	static const char voided[] = "[" SALE("2", "2026-01-02", "2026-01-02", "2",
	    ",'budtender':'Bo','itemsInCart':[{'productName':'b'}],"
	    "'voided':true") "]";
	struct account g;
	struct profile p;

	account_begin(&g);
	p = profile_of(&g, ONE, both);
	cr_expect(str_eq(p.last_budtender, STR("Bo")));
	expect_list(p.products, p.products_n, "a|b");
	p = profile_of(&g, ONE, voided);
	cr_expect(str_eq(p.last_budtender, STR("Al")));
	cr_expect(p.last_orderdate == time_of("2026-01-01"));
	cr_expect(p.total_spent == 100 && p.total_orders == 1);
	expect_list(p.products, p.products_n, "a");
	account_end(&g);
}

Test(fold, a_latest_purchase_without_budtender_has_none)
{
	struct account g;
	struct profile p;

	account_begin(&g);
	p = profile_of(&g, ONE,
	    "[" SALE("1", "2026-01-01", "2026-01-01", "1", ",'budtender':'Al'") "," SALE(
	        "2", "2026-01-02", "2026-01-02", "1", "") "]");
	cr_expect(p.last_budtender.n == 0);
	account_end(&g);
}

Test(fold, products_are_distinct_and_sorted_by_bytes)
{
	struct account g;
	struct profile p;

	account_begin(&g);
	p = profile_of(&g, ONE,
	    "[" SALE("1", "2026-01-01", "2026-01-01", "1",
	        ",'itemsInCart':[{'productName':'b','type':'T'},"
	        "{'productName':'\xc3\xa9','category':'C','type':'U'},"
	        "{'title1':'a'},{'productName':'B'},{'productName':'b'},"
	        "{'productName':'gone','category':'gone','voided':true},{}"
	        "]") "," SALE("2", "2026-01-02", "2026-01-02", "-1",
	        ",'itemsInCart':[{'productName':'refunded'}]") "," SALE("3", "2026-01-02",
	        "2026-01-02", "1", ",'itemsInCart':[{'productName':'a','category':'C'}]") "]");
	expect_list(p.products, p.products_n, "B|a|b|\xc3\xa9");
	expect_list(p.categories, p.categories_n, "C|T");
	account_end(&g);
}

Test(fold, a_product_name_may_be_64_kib_long)
{
	struct account g;
	struct profile p;
	struct buf b = { 0 };

	account_begin(&g);
	buf_z(&b, "[{'id':'1','customerId':'c','createdAt':'2026-01-01',"
	          "'orderStatus':'sold','totals':{'finalTotal':1},"
	          "'itemsInCart':[{'productName':'");
	for (size_t i = 0; i < 65536; i++)
		buf_char(&b, (char)('a' + i % 26));
	buf_z(&b, "'}]}]");
	buf_char(&b, '\0');
	p = profile_of(&g, ONE, b.p);
	cr_assert(p.products_n == 1);
	cr_expect(p.products[0].n == 65536);
	buf_release(&b);
	account_end(&g);
}

Test(fold, customer_types_have_names)
{
	static const struct {
		const char *json, *want;
	} rows[] = {
		{ "'recCustomer'", "Recreational" },
		{ "'RECCUSTOMER'", "Recreational" },
		{ "'medCustomer'", "Medicinal" },
		{ "'Med Customer'", "Med Customer" },
		{ "''", "" },
	};
	struct account g;

	account_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str text = str_printf(&g.a, "[{'id':'c','type':%s}]", rows[i].json);
		struct profile p = profile_of(&g, str_z(&g.a, text), "[]");

		cr_expect(str_eq(p.cust_type, str_c(rows[i].want)), "%s", rows[i].json);
	}
	account_end(&g);
}

Test(fold, orders_of_an_unknown_customer_wait)
{
	static const struct page orders[] = {
		SOME_ORDERS(
		    "[" SALE("1", "2026-01-01", "2026-01-01", "7", "") "," SALE("2", "2026-01-01",
		        "2026-01-01", "-2", "") ",{'id':'g','createdAt':'2026-01-01',"
		                                "'orderStatus':'sold','totals':{'finalTotal':1}}]"),
		{ 0 }
	};
	static const struct page known[] = { CUSTOMERS(ONE), { 0 } };
	static const struct page gone[] = { CUSTOMERS("[]"), { 0 } };
	struct account g;
	const struct totals *t = &g.s.totals;

	account_begin(&g);
	for (int round = 0; round < 2; round++) {
		account_apply(&g, round == 0 ? orders : gone);
		cr_expect(t->unattributed == 500 && t->profiles == 0);
		cr_expect(t->unattributed_orders == 2);
		cr_expect(t->guest == 100 && t->guest_orders == 1);
		cr_expect(t->completed == 600);

		account_apply(&g, known);
		cr_expect(t->unattributed == 0 && t->profiles == 500);
		cr_expect(t->unattributed_orders == 0);
		cr_expect(account_profile(&g, "c").total_spent == 500);
	}
	account_end(&g);
}

Test(fold, an_order_that_moves_to_another_customer_takes_its_money_along)
{
	static const struct page first[] = { SOME_CUSTOMERS("[{'id':'c'},{'id':'d'}]"),
		SOME_ORDERS("[" SALE("1", "2026-01-01", "2026-01-01", "7", "") "]"), { 0 } };
	static const char *const next[] = { "d", "", "x", "c" };
	static const int64_t want[][4] = { /* c, d, guest, unattributed */
		{ 0, 700, 0, 0 }, { 0, 0, 700, 0 }, { 0, 0, 0, 700 }, { 700, 0, 0, 0 }
	};
	struct account g;

	account_begin(&g);
	account_apply(&g, first);
	for (size_t i = 0; i < COUNT(next); i++) {
		struct page pages[] = { SOME_ORDERS(str_z(
			                    &g.a, str_printf(&g.a,
			                              "[{'id':'1','customerId':'%s','createdAt':"
			                              "'2026-01-01','orderStatus':'sold','totals':{"
			                              "'finalTotal':7}}]",
			                              next[i]))),
			{ 0 } };

		account_apply(&g, pages);
		cr_expect(account_profile(&g, "c").total_spent == want[i][0] &&
		              account_profile(&g, "d").total_spent == want[i][1] &&
		              g.s.totals.guest == want[i][2] &&
		              g.s.totals.unattributed == want[i][3],
		    "with '%s'", next[i]);
		cr_expect(g.s.totals.orders == 1);
	}
	account_end(&g);
}

Test(fold, ids_that_begin_alike_are_not_mixed_up)
{
	static const struct page pages[] = { SOME_CUSTOMERS("[{'id':'c'},{'id':'c1'},{'id':'cc'}]"),
		SOME_ORDERS("[{'id':'1','customerId':'c','createdAt':'2026-01-01',"
		            "'orderStatus':'sold','totals':{'finalTotal':1}},"
		            "{'id':'c1','customerId':'c','createdAt':'2026-01-01',"
		            "'orderStatus':'sold','totals':{'finalTotal':2}},"
		            "{'id':'11','customerId':'c1','createdAt':'2026-01-01',"
		            "'orderStatus':'sold','totals':{'finalTotal':4}},"
		            "{'id':'c','customerId':'cc','createdAt':'2026-01-01',"
		            "'orderStatus':'sold','totals':{'finalTotal':8}}]"),
		{ 0 } };
	struct account g;

	account_begin(&g);
	account_apply(&g, pages);
	cr_expect(account_profile(&g, "c").total_spent == 300);
	cr_expect(account_profile(&g, "c1").total_spent == 400);
	cr_expect(account_profile(&g, "cc").total_spent == 800);
	account_end(&g);
}

Test(fold, other_completed_statuses_are_counted_anew)
{
	static const struct str done[] = { { "done", 4 } };
	static const struct page pages[] = { SOME_CUSTOMERS(ONE),
		SOME_ORDERS("[" SALE("1", "2026-01-01", "2026-01-01", "7",
		    "") ",{'id':'2','customerId':'c','createdAt':"
		        "'2026-01-01','orderStatus':'DONE','totals':{"
		        "'finalTotal':2}},{'id':'3','createdAt':"
		        "'2026-01-01','orderStatus':'done'}]"),
		{ 0 } };
	struct account g;
	struct profile_update f;

	account_begin(&g);
	account_apply(&g, pages);
	cr_expect(account_profile(&g, "c").total_spent == 700);
	g.settings.completed_statuses = done;
	cr_assert(profile_recount(&g.s, &g.settings, &g.e) == 0);
	cr_assert(profile_look(&g.a, &g.s, &g.settings, STR("c"), &f, &g.e) == 0);
	cr_assert(profile_keep(&g.s, STR("c"), &f, &g.e) == 0);
	cr_expect(g.s.totals.completed == 200);
	cr_expect(f.before.total_spent == 700 && f.now.total_spent == 200);
	cr_expect(profile_sums(&g.s, &g.e) == 0, "%s", g.e.msg);
	cr_expect(f.has && f.now.total_orders == 1);
	account_end(&g);
}

Test(fold, a_sum_that_is_too_large_is_an_error_not_another_sum)
{
	struct account g;
	struct profile_update f;

	account_begin(&g);
	(void)profile_of(&g, ONE, "[" SALE("1", "2026-01-01", "2026-01-01", "1", "") "]");
	g.s.totals.profiles = INT64_MIN;
	cr_assert(profile_look(&g.a, &g.s, &g.settings, STR("c"), &f, &g.e) == 0);
	cr_expect(profile_keep(&g.s, STR("c"), &f, &g.e) == -1);
	cr_expect(g.e.kind == ERR_FAILED, "%s", g.e.msg);
	account_end(&g);
}

Test(fold, sums_that_do_not_agree_are_an_error)
{
	struct account g;

	account_begin(&g);
	cr_expect(profile_sums(&g.s, &g.e) == 0);
	g.s.totals.guest = 1;
	cr_expect(profile_sums(&g.s, &g.e) == -1);
	cr_expect(g.e.kind == ERR_INTERNAL);
	account_end(&g);
}

Test(fold, broken_rows_are_found_out)
{
	struct account g;
	struct profile p;
	struct profile_update f;
	struct buf key = { 0 }, row = { 0 };
	struct sale s = { .items = STR("\x80") };

	account_begin(&g);
	(void)profile_of(&g, ONE, "[" SALE("1", "2026-01-01", "2026-01-01", "1", "") "]");
	cr_assert(dictionary_find(&g.s.names, g.s.txn, STR("sold"), &s.status, &g.e) == 0);
	row_sale_pack(&row, &s);
	cr_assert(
	    kv_put(g.s.txn, TABLE_SALES, row_key_sale(&key, 1, time_of("2026-01-01"), STR("1")),
	        buf_view(&row), &g.e) == 0);
	cr_expect(
	    profile_look(&g.a, &g.s, &g.settings, STR("c"), &f, &g.e) == -1, "items that are cut");
	cr_assert(kv_put(g.s.txn, TABLE_SALES, buf_view(&key), STR("x"), &g.e) == 0);
	cr_expect(profile_look(&g.a, &g.s, &g.settings, STR("c"), &f, &g.e) == -1);
	cr_assert(kv_put(g.s.txn, TABLE_PROFILES, STR("c"), STR("x"), &g.e) == 0);
	cr_expect(profile_stored(&g.a, &g.s, STR("c"), &p, &g.e) == -1);
	cr_expect(strstr(g.e.advice, "--rebuild") != NULL);
	buf_release(&key);
	buf_release(&row);
	account_end(&g);
}
