/* Goal: every field of an order that decides quarantines, every other is dropped and told, and an
 * order counts as the contract says. */
#include "base/timestamp.h"
#include "reader.h"

#define Y2000 (INT64_C(946684800) * TIMESTAMP_SECOND)

Test(order, an_order_is_read_whole)
{
	struct reader g;

	reader_begin(&g);
	cr_assert(read_order(&g, "{'_id':9007199254740993,'customerId':77,'orderStatus':' SOLD ',"
	                         "'orderType':'In-Store','budtender':'Al','originalSaleId':'s0',"
	                         "'createdAt':'2000-01-01T00:00:01Z',"
	                         "'completedOn':'2000-01-01T00:00:02Z','voided':'false',"
	                         "'totals':{'finalTotal':'-40.255'},'itemsInCart':[null,"
	                         "{'productName':'P','category':'C','title1':'T','type':'Y'},"
	                         "{'productName':'','title1':'T','category':null,'type':'Y'},"
	                         "{'productName':'gone','voided':true},"
	                         "{}]}"));

	cr_expect(str_eq(g.o.id, STR("9007199254740993")));
	cr_expect(str_eq(g.o.customer, STR("77")));
	cr_expect(str_eq(g.o.status, STR("sold")));
	cr_expect(str_eq(g.o.type, STR("in-store")));
	cr_expect(str_eq(g.o.budtender, STR("Al")));
	cr_expect(g.o.undoes_sale && !g.o.voided && g.o.has_total);
	cr_expect(g.o.created == Y2000 + 1000000 && g.o.time == Y2000 + 2000000);
	cr_expect(g.o.total == -4026);
	cr_assert(g.o.items_n == 3);
	cr_expect(str_eq(g.o.items[0].product, STR("P")));
	cr_expect(str_eq(g.o.items[0].category, STR("C")));
	cr_expect(str_eq(g.o.items[1].product, STR("T")));
	cr_expect(str_eq(g.o.items[1].category, STR("Y")));
	cr_expect(g.o.items[2].product.n == 0);
	reader_end(&g);
}

Test(order, an_orders_unreadable_field_is_named)
{
	static const struct {
		const char *members, *field;
	} rows[] = {
		{ "'customerId':1.5", "customerId" },
		{ "'customerId':true", "customerId" },
		{ "'customerId':{}", "customerId" },
		{ "'completedOn':'soon'", "completedOn" },
		{ "'completedOn':0", "completedOn" },
		{ "'orderStatus':{}", "orderStatus" },
		{ "'orderStatus':true", "orderStatus" },
		{ "'voided':2", "voided" },
		{ "'voided':'maybe'", "voided" },
		{ "'totals':[]", "totals" },
		{ "'totals':7", "totals" },
		{ "'totals':'x'", "totals" },
		{ "'itemsInCart':{}", "itemsInCart" },
		{ "'itemsInCart':'none'", "itemsInCart" },
		{ "'itemsInCart':[1]", "itemsInCart/*" },
		{ "'itemsInCart':[{},[]]", "itemsInCart/*" },
		{ "'itemsInCart':[null,{},'x']", "itemsInCart/*" },
	};
	struct reader g;

	reader_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect(!read_order_with(&g, rows[i].members), "%s", rows[i].members);
		cr_expect(
		    says(g.f.field, rows[i].field) && g.f.what == NULL, "%s", rows[i].members);
		cr_expect(g.f.has_id && str_eq(g.f.id, STR("o1")), "%s", rows[i].members);
	}
	cr_expect(!read_order(&g, "{'id':'o1','createdAt':'x'}"));
	cr_expect(says(g.f.field, "createdAt"));
	reader_end(&g);
}

Test(order, what_decides_nothing_is_dropped)
{
	static const struct {
		const char *members, *want;
	} rows[] = {
		{ "'orderType':[]", "orderType=[] unreadable" },
		{ "'budtender':{'name': 'Bo'}", "budtender={\"name\":\"Bo\"} unreadable" },
		{ "'originalSaleId':false", "originalSaleId=false unreadable" },
		{ "'originalSaleId':1.5", "" },
		{ "'locationId':1.5", "locationId=1.5 unreadable" },
		{ "'totals':{'finalTotal':'x'}", "totals/finalTotal=x unreadable" },
		{ "'totals':{'finalTotal':1e12}", "totals/finalTotal=1e12 unreadable" },
		{ "'totals':{'finalTotal':{},'FinalTotal':true}",
		    "totals/finalTotal={} unreadable|totals/FinalTotal=true unreadable" },
		{ "'itemsInCart':[null,{'productName':{}},null,{'title1':[],'category':true}]",
		    "itemsInCart/1/productName={} unreadable|"
		    "itemsInCart/3/title1=[] unreadable|"
		    "itemsInCart/3/category=true unreadable" },
		{ "'itemsInCart':[{'type':{},'voided':2,'quantity':'one','totalPrice':'12,50'}]",
		    "itemsInCart/0/type={} unreadable|itemsInCart/0/voided=2 unreadable|"
		    "itemsInCart/0/quantity=one unreadable|"
		    "itemsInCart/0/totalPrice=12,50 unreadable" },
		{ "'itemsInCart':[{'voided':true,'type':[]}]", "itemsInCart/0/type=[] unreadable" },
		{ "'customerId':null", "" },
		{ "'customerId':''", "" },
		{ "'totals':null", "" },
		{ "'totals':' '", "" },
		{ "'totals':{}", "" },
		{ "'totals':{'subTotal':'x','totalTaxes':{}}", "" },
		{ "'itemsInCart':null", "" },
		{ "'itemsInCart':'\\u200b'", "" },
		{ "'itemsInCart':[]", "" },
		{ "'itemsInCart':[null,null]", "" },
		{ "'itemsInCart':[{'tax':7,'itemDiscounts':{}}]", "" },
		{ "'itemsInCart':[{'tax':[1,{'_id':{}}]}]", "" },
		{ "'payments':'x'", "" },
		{ "'payments':[{'amount':{}},3]", "" },
		{ "'clientId':[],'name':true,'currentPoints':'?'", "" },
	};
	struct reader g;

	reader_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect(
		    read_order_with(&g, rows[i].members), "%s: %s", rows[i].members, g.f.field);
		cr_expect(!g.o.has_total && g.o.total == 0, "%s", rows[i].members);
		expect_drops(&g, &g.o.drops, rows[i].want, rows[i].members);
	}
	reader_end(&g);
}

Test(order, a_time_that_is_missing_is_the_other_one)
{
	struct reader g;

	reader_begin(&g);
	cr_expect(read_order(&g, "{'id':1,'createdAt':'2000-01-02'}"));
	cr_expect(g.o.created == Y2000 + TIMESTAMP_DAY && g.o.time == Y2000 + TIMESTAMP_DAY);
	cr_expect(read_order(&g, "{'id':1,'createdAt':'','completedOn':'2000-01-03'}"));
	cr_expect(
	    g.o.created == Y2000 + 2 * TIMESTAMP_DAY && g.o.time == Y2000 + 2 * TIMESTAMP_DAY);
	cr_expect(!read_order(&g, "{'id':1,'createdAt':null}"));
	cr_expect(says(g.f.what, "no time of an order") && g.f.has_id);
	reader_end(&g);
}

Test(order, a_time_out_of_range_is_the_other_one)
{
	static const struct {
		const char *created, *completed, *want; /* NULL: quarantined */
	} rows[] = {
		{ "1999-12-31T23:59:59.999999Z", "2026-01-01",
		    "createdAt=1999-12-31T23:59:59.999999Z out-of-range" },
		{ "0001-01-01T00:00:00+01:00", "2026-01-01",
		    "createdAt=0001-01-01T00:00:00+01:00 out-of-range" },
		{ "2026-01-01", "9999-12-31", "completedOn=9999-12-31 out-of-range" },
		{ "2000-01-01", "2026-06-16T12:00:00Z", "" },
		{ "2026-01-01", "2026-06-16T12:00:00.000001Z",
		    "completedOn=2026-06-16T12:00:00.000001Z out-of-range" },
		{ "1999-12-31", "9999-12-31", NULL },
		{ "1999-12-31", "", NULL },
	};
	struct reader g;

	reader_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str text = str_printf(&g.a, "{'id':1,'createdAt':'%s','completedOn':'%s'}",
		    rows[i].created, rows[i].completed);
		bool ok = read_order(&g, str_z(&g.a, text));

		cr_assert(ok == (rows[i].want != NULL), "row %zu", i);
		if (!ok) {
			cr_expect(says(g.f.what, "no time of an order"), "row %zu", i);
			continue;
		}
		expect_drops(&g, &g.o.drops, rows[i].want, rows[i].completed);
		cr_expect(rows[i].want[0] == '\0' || g.o.created == g.o.time, "row %zu", i);
	}
	reader_end(&g);
}

Test(order, goods_are_neither_voided_nor_given_back)
{
	static const struct {
		const char *members;
		bool is_good;
	} rows[] = {
		{ "'voided':false", true },
		{ "'voided':'y'", false },
		{ "'voided':'?'", true },
		{ "'quantity':-1", false },
		{ "'quantity':'-0.001'", false },
		{ "'quantity':-0.0", true },
		{ "'quantity':'-1 g'", true },
		{ "'totalPrice':-0.01", false },
		{ "'totalPrice':'-$1,000.00'", false },
		{ "'totalPrice':-0.004", true }, /* no cent */
		{ "'totalPrice':0,'quantity':0", true },
	};
	struct reader g;

	reader_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str text =
		    str_printf(&g.a, "'itemsInCart':[{'title1':'T',%s}]", rows[i].members);

		cr_assert(read_order_with(&g, str_z(&g.a, text)), "%s", rows[i].members);
		cr_expect(g.o.items_n == rows[i].is_good, "%s", rows[i].members);
	}
	reader_end(&g);
}

Test(order, a_sale_is_undone_unless_something_is_sold)
{
	static const struct {
		const char *members;
		bool undoes;
	} rows[] = {
		{ "'originalSaleId':'s0'", true },
		{ "'originalSaleId':7.0", true },
		{ "'originalSaleId':0.5", true },
		{ "'originalSaleId':null", false },
		{ "'originalSaleId':' \\u200b'", false },
		{ "'originalSaleId':'0'", false },
		{ "'originalSaleId':0.0", false },
		{ "'originalSaleId':'None'", false },
		{ "'originalSaleId':' NULL '", false },
		{ "'originalSaleId':'o1'", false },
		{ "'originalSaleId':'O1'", true },
		{ "'originalSaleId':{}", false },
		{ "'originalSaleId':'s0','itemsInCart':[{'totalPrice':1}]", false },
		{ "'originalSaleId':'s0','itemsInCart':[{'totalPrice':-1},{'totalPrice':0.01}]",
		    false },
		{ "'originalSaleId':'s0','itemsInCart':[{'totalPrice':0.004},{}]", true },
		{ "'originalSaleId':'s0','itemsInCart':[{'totalPrice':1,'quantity':-1}]", true },
		{ "'originalSaleId':'s0','itemsInCart':[{'totalPrice':1,'voided':1}]", true },
	};
	struct reader g;

	reader_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_assert(read_order_with(&g, rows[i].members), "%s", rows[i].members);
		cr_expect(g.o.undoes_sale == rows[i].undoes, "%s", rows[i].members);
	}
	reader_end(&g);
}

Test(order, pascal_case_totals_are_the_second_choice)
{
	static const struct {
		const char *members;
		int64_t total;
	} rows[] = {
		{ "'totals':{'FinalTotal':2}", 200 },
		{ "'totals':{'finalTotal':1,'FinalTotal':2}", 100 },
		{ "'totals':{'FinalTotal':2,'finalTotal':null}", 200 },
		{ "'totals':{'FinalTotal':2,'finalTotal':''}", 200 },
		{ "'totals':{'FinalTotal':2,'finalTotal':0}", 0 },
		{ "'totals':{'FinalTotal':2,'finalTotal':'?'}", 200 },
		{ "'totals':{'finalTotal':'-$1,234.50'}", -123450 },
	};
	struct reader g;

	reader_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect(read_order_with(&g, rows[i].members), "%s", rows[i].members);
		cr_expect(g.o.has_total && g.o.total == rows[i].total, "%s", rows[i].members);
	}
	reader_end(&g);
}

Test(order, only_a_completed_order_needs_a_total)
{
	static const struct {
		const char *members;
		bool ok;
	} rows[] = {
		{ "'orderStatus':'Sold'", false },
		{ "'orderStatus':'COMPLETED','totals':{}", false },
		{ "'orderStatus':'sold','totals':{'finalTotal':'?'}", false },
		{ "'orderStatus':'sold','totals':{'finalTotal':0}", true },
		{ "'orderStatus':'sold','voided':true", true },
		{ "'orderStatus':'voided'", true },
		{ "'orderStatus':'pending'", true },
		{ "'orderStatus':''", true },
		{ "'orderStatus':'sold.'", true },
	};
	struct reader g;

	reader_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect(
		    read_order_with(&g, rows[i].members) == rows[i].ok, "%s", rows[i].members);
		if (!rows[i].ok)
			cr_expect(
			    says(g.f.what, "a completed order without finalTotal") && g.f.has_id,
			    "%s", rows[i].members);
	}
	reader_end(&g);
}

Test(order, an_order_is_voided_by_flag_or_status)
{
	static const struct {
		const char *members;
		bool voided;
	} rows[] = {
		{ "'voided':true", true },
		{ "'voided':'TRUE'", true },
		{ "'voided':1", true },
		{ "'voided':'n'", false },
		{ "'orderStatus':' Voided '", true },
		{ "'orderStatus':'voided','voided':false", true },
		{ "'voided':false", false },
		{ "'voided':''", false },
		{ "'orderStatus':'void'", false },
	};
	struct reader g;

	reader_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_assert(read_order_with(&g, rows[i].members));
		cr_expect(g.o.voided == rows[i].voided, "%s", rows[i].members);
	}
	reader_end(&g);
}

Test(order, what_an_order_counts_as)
{
	static const struct {
		const char *status;
		bool voided, undoes;
		int64_t total;
		bool completed, purchase;
	} rows[] = {
		{ "sold", false, false, 1, true, true },
		{ "completed", false, false, 0, true, true },
		{ "sold", false, false, -1, true, false },
		{ "sold", false, true, 1, true, false },
		{ "sold", true, false, 1, false, false },
		{ "voided", false, false, 1, false, false },
		{ "pending", false, false, 1, false, false },
		{ "", false, false, 1, false, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct order_kind k = record_order_kind(&settings, str_c(rows[i].status),
		    rows[i].voided, rows[i].undoes, rows[i].total);

		cr_expect(k.completed == rows[i].completed && k.purchase == rows[i].purchase,
		    "row %zu", i);
	}
}
