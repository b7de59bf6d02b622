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

/* The named part of a profile as text; times in us. */
static struct str
part_of(struct arena *a, const struct profile *p, struct str name)
{
	const struct {
		const char *name;
		int64_t number;
	} numbers[] = { { "spent", p->total_spent }, { "orders", (int64_t)p->total_orders },
		{ "first", p->first_order_date }, { "last", p->last_orderdate },
		{ "exact", p->last_purchase } };
	const struct {
		const char *name;
		struct str text;
	} texts[] = { { "budtender", p->last_budtender }, { "type", p->last_ordertype },
		{ "status", p->last_orderstatus } };
	bool is_products = str_eq(name, STR("products"));
	const struct str *list = is_products ? p->products : p->categories;
	size_t n = is_products ? p->products_n : p->categories_n;
	struct str out = STR("");

	for (size_t i = 0; i < COUNT(numbers); i++)
		if (str_eq(name, str_c(numbers[i].name)))
			return numbers[i].number == TIMESTAMP_NONE
			           ? STR("none")
			           : str_printf(a, "%lld", (long long)numbers[i].number);
	for (size_t i = 0; i < COUNT(texts); i++)
		if (str_eq(name, str_c(texts[i].name)))
			return texts[i].text;
	for (size_t i = 0; i < n; i++)
		out = str_printf(a, "%.*s%s%.*s", STR_ARG(out), i > 0 ? "|" : "", STR_ARG(list[i]));
	return out;
}

/* ${want}: "spent=1001 orders=1 last=@2026-01-01", a time behind an @. */
static void
expect_parts(struct account *g, const struct profile *p, const char *what, const char *want)
{
	while (*want != '\0') {
		size_t n = strcspn(want, " ");
		const char *sign = memchr(want, '=', n);
		struct str name = str_of(want, (size_t)(sign - want));
		struct str value = str_of(sign + 1, n - name.n - 1), have = part_of(&g->a, p, name);

		if (value.n > 0 && value.p[0] == '@')
			value = str_printf(&g->a, "%lld",
			    (long long)time_of(str_z(&g->a, str_of(value.p + 1, value.n - 1))));
		cr_expect(
		    str_eq(have, value), "%s: %.*s: %.*s", what, STR_ARG(name), STR_ARG(have));
		want += n + strspn(want + n, " ");
	}
}

#define PAIR(x, y) "[" x "," y "]"
#define DONE(id, day, total, more) SALE(id, "2026-01-" day, "2026-01-" day, total, more)

Test(profile, it_is_what_all_orders_say)
{
	static const struct {
		const char *what, *orders, *want;
	} rows[] = {
		{ "no orders, no dates", "[]",
		    "spent=0 orders=0 last=none first=none type= status= products= budtender=" },
		{ "refunds are spent but are no orders",
		    "[" DONE("1", "01", "10.005", "") "," DONE("2", "02", "-3", "") "," DONE(
		        "3", "03", "2", ",'originalSaleId':'1'") "," DONE("4", "04", "5",
		        ",'voided':true") ","
		                          "{'id':'5','customerId':'c','createdAt':'2026-01-05','"
		                          "orderStatus':'pending',"
		                          "'totals':{'finalTotal':100}}]",
		    "spent=901 orders=1 last=@2026-01-01" },
		{ "the latest purchase is by its own time, in whole seconds",
		    PAIR(
		        SALE("1", "2026-01-01", "2026-03-01T10:00:00.9Z", "1", ",'budtender':'Al'"),
		        SALE("2", "2026-02-01", "2026-02-01T00:00:00.25Z", "1",
		            ",'budtender':'Bo'")),
		    "last=@2026-03-01T10:00:00Z exact=@2026-03-01T10:00:00.9Z "
		    "first=@2026-02-01T00:00:00.25Z budtender=Al" },
		{ "times at the ends of what is a time count",
		    PAIR(SALE("1", "2000-01-01", "2000-01-01T00:00:00Z", "1", ""),
		        SALE("2", "2030-01-03", "2030-01-03T00:00:00Z", "1", "")),
		    "first=@2000-01-01 last=@2030-01-03" },
		{ "a time that is none gives way to the other",
		    PAIR(SALE("1", "2026-01-01", "0001-01-01", "1", ""),
		        SALE("2", "2026-02-01", "2030-01-03T00:00:00.000001Z", "1", "")),
		    "first=@2026-01-01 last=@2026-02-01" },
		{ "an exchange is a purchase, and what came back is no goods",
		    PAIR(DONE("1", "01", "5",
		             ",'originalSaleId':'0','itemsInCart':[{'title1':'a','totalPrice':5}]"),
		        DONE("2", "02", "2",
		            ",'originalSaleId':'1','itemsInCart':[{'title1':'b','totalPrice':7},"
		            "{'title1':'a','totalPrice':-5},{'title1':'c','quantity':-1}]")),
		    "orders=2 spent=700 products=a|b last=@2026-01-02" },
		{ "a tie goes to the greater id, by bytes",
		    PAIR(DONE("9", "01", "1", ",'budtender':'nine','orderType':'NINE'"),
		        DONE("10", "01", "1", ",'budtender':'ten','orderType':'TEN'")),
		    "budtender=nine type=nine" },
		{ "type and status are of the latest created of any status",
		    "[" SALE("1", "2026-01-01", "2026-05-01", "1",
		        ",'orderType':'In-Store'") ","
		                                   "{'id':'2','customerId':'c','createdAt':'2026-"
		                                   "02-01','orderStatus':'Cancelled',"
		                                   "'orderType':'Delivery'},"
		                                   "{'id':'3','customerId':'c','completedOn':'2026-"
		                                   "01-15','orderStatus':'Pending'}]",
		    "status=cancelled type=delivery last=@2026-05-01" },
		{ "a voided order is latest with the status voided",
		    PAIR(DONE("1", "01", "1", ""),
		        DONE("2", "02", "1", ",'voided':true,'orderType':'Pickup'")),
		    "status=voided type=pickup" },
		{ "a latest purchase without budtender has none",
		    PAIR(DONE("1", "01", "1", ",'budtender':'Al'"), DONE("2", "02", "1", "")),
		    "budtender=" },
		{ "products are distinct and sorted by bytes",
		    "[" DONE("1", "01", "1",
		        ",'itemsInCart':[{'productName':'b','type':'T'},"
		        "{'productName':'\xc3\xa9','category':'C','type':'U'},"
		        "{'title1':'a'},{'productName':'B'},{'productName':'b'},"
		        "{'productName':'gone','category':'gone','voided':true},{}]") "," DONE("2",
		        "02", "-1", ",'itemsInCart':[{'productName':'refunded'}]") "," DONE("3",
		        "02", "1", ",'itemsInCart':[{'productName':'a','category':'C'}]") "]",
		    "products=B|a|b|\xc3\xa9 categories=C|T" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct account g;
		struct profile p;

		account_begin(&g);
		p = profile_of(&g, ONE, rows[i].orders);
		expect_parts(&g, &p, rows[i].what, rows[i].want);
		account_end(&g);
	}
}

Test(profile, voiding_the_last_purchase_brings_back_the_one_before)
{
	static const char both[] =
	    PAIR(DONE("1", "01", "1", ",'budtender':'Al','itemsInCart':[{'productName':'a'}]"),
	        DONE("2", "02", "2", ",'budtender':'Bo','itemsInCart':[{'productName':'b'}]"));
	static const char voided[] = "[" DONE("2", "02", "2",
	    ",'budtender':'Bo','itemsInCart':[{'productName':'b'}],'voided':true") "]";
	struct account g;
	struct profile p;

	account_begin(&g);
	p = profile_of(&g, ONE, both);
	expect_parts(&g, &p, "both", "budtender=Bo products=a|b");
	p = profile_of(&g, ONE, voided);
	expect_parts(
	    &g, &p, "voided", "budtender=Al last=@2026-01-01 spent=100 orders=1 products=a");
	account_end(&g);
}

Test(profile, a_product_name_may_be_64_kib_long)
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

Test(profile, customer_types_have_names)
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

Test(profile, the_country_decides_on_phone_and_postal_code)
{
	static const struct {
		const char *country, *mobile, *postal;
		bool is_abroad;
	} rows[] = {
		{ "null", "+17205550100", "00501", false },
		{ "'U.S.'", "+17205550100", "00501", false },
		{ "true", "+17205550100", "00501", false }, /* unreadable is none */
		{ "'Canada'", "+17205550100", "501", true },
		{ "'DE'", "", "501", true },
	};
	struct account g;

	account_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str text = str_printf(&g.a,
		    "[{'id':'c','phone':'720 555 0100','zip':501,'country':%s}]", rows[i].country);
		struct profile p = profile_of(&g, str_z(&g.a, text), "[]");

		cr_expect(str_eq(p.mobile, str_c(rows[i].mobile)), "%s", rows[i].country);
		cr_expect(str_eq(p.postal_code, str_c(rows[i].postal)), "%s", rows[i].country);
		cr_expect(p.is_abroad == rows[i].is_abroad, "%s", rows[i].country);
	}
	account_end(&g);
}

Test(profile, orders_of_an_unknown_customer_wait)
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

Test(profile, an_order_that_moves_to_another_customer_takes_its_money_along)
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

Test(profile, ids_that_begin_alike_are_not_mixed_up)
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

Test(profile, other_completed_statuses_are_counted_anew)
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

Test(profile, a_sum_that_is_too_large_is_an_error_not_another_sum)
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

Test(profile, sums_that_do_not_agree_are_an_error)
{
	struct account g;

	account_begin(&g);
	cr_expect(profile_sums(&g.s, &g.e) == 0);
	g.s.totals.guest = 1;
	cr_expect(profile_sums(&g.s, &g.e) == -1);
	cr_expect(g.e.kind == ERR_INTERNAL);
	account_end(&g);
}

Test(profile, broken_rows_are_found_out)
{
	struct account g;
	struct profile p;
	struct profile_update f;
	struct buf key = { 0 }, row = { 0 };
	struct sale s = { .items = STR("\x80") };

	account_begin(&g);
	(void)profile_of(&g, ONE, "[" SALE("1", "2026-01-01", "2026-01-01", "1", "") "]");
	cr_assert(dictionary_find(&g.s.words, g.s.txn, STR("sold"), &s.status, &g.e) == 0);
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
