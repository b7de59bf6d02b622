/* Goal: every field of an order that quarantines does, every other may hold
 * anything, and an order counts as the contract says. */
#include "base/timestamp.h"
#include "reader.h"

Test(order, an_order_is_read_whole)
{
	struct reader g;

	reader_begin(&g);
	cr_assert(read_order(&g, "{'_id':9007199254740993,'customerId':77,'orderStatus':' SOLD ',"
	                         "'orderType':'In-Store','budtender':'Al','originalSaleId':'s0',"
	                         "'createdAt':'1970-01-01T00:00:01Z',"
	                         "'completedOn':'1970-01-01T00:00:02Z','voided':'false',"
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
	cr_expect(g.o.created == 1000000 && g.o.time == 2000000);
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
		{ "'orderType':[]", "orderType" },
		{ "'voided':1", "voided" },
		{ "'voided':'no'", "voided" },
		{ "'budtender':{}", "budtender" },
		{ "'originalSaleId':[]", "originalSaleId" },
		{ "'originalSaleId':false", "originalSaleId" },
		{ "'totals':[]", "totals" },
		{ "'totals':7", "totals" },
		{ "'totals':'x'", "totals" },
		{ "'totals':{'finalTotal':'x'}", "finalTotal" },
		{ "'totals':{'finalTotal':1e12}", "finalTotal" },
		{ "'totals':{'finalTotal':{}}", "finalTotal" },
		{ "'totals':{'FinalTotal':true}", "finalTotal" },
		{ "'totals':{'finalTotal':'x','FinalTotal':1}", "finalTotal" },
		{ "'itemsInCart':{}", "itemsInCart" },
		{ "'itemsInCart':'none'", "itemsInCart" },
		{ "'itemsInCart':[1]", "itemsInCart/*" },
		{ "'itemsInCart':[{},[]]", "itemsInCart/*" },
		{ "'itemsInCart':[{'voided':2}]", "itemsInCart/*/voided" },
		{ "'itemsInCart':[{'productName':{}}]", "itemsInCart/*/productName" },
		{ "'itemsInCart':[{'productName':'p','title1':{}}]", "itemsInCart/*/title1" },
		{ "'itemsInCart':[{'category':true}]", "itemsInCart/*/category" },
		{ "'itemsInCart':[{'type':[]}]", "itemsInCart/*/type" },
		{ "'itemsInCart':[{'voided':true,'type':[]}]", "itemsInCart/*/type" },
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

Test(order, an_orders_other_fields_may_hold_anything)
{
	static const char *const rows[] = {
		"'customerId':null",
		"'customerId':''",
		"'totals':null",
		"'totals':''",
		"'totals':{}",
		"'totals':{'subTotal':'x','totalTaxes':{}}",
		"'itemsInCart':null",
		"'itemsInCart':''",
		"'itemsInCart':[]",
		"'itemsInCart':[null,null]",
		"'itemsInCart':[{'quantity':'x','tax':7,'itemDiscounts':{}}]",
		"'itemsInCart':[{'tax':[1,{'_id':{}}]}]",
		"'payments':'x'",
		"'payments':[{'amount':{}},3]",
		"'locationId':{},'clientId':[],'name':true,'currentPoints':'?'",
	};
	struct reader g;

	reader_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect(read_order_with(&g, rows[i]), "%s: %s", rows[i], g.f.field);
		cr_expect(!g.o.has_total && g.o.total == 0, "%s", rows[i]);
	}
	reader_end(&g);
}

Test(order, a_time_that_is_missing_is_the_other_one)
{
	struct reader g;

	reader_begin(&g);
	cr_expect(read_order(&g, "{'id':1,'createdAt':'1970-01-02'}"));
	cr_expect(g.o.created == TIMESTAMP_DAY && g.o.time == TIMESTAMP_DAY);
	cr_expect(read_order(&g, "{'id':1,'createdAt':'','completedOn':'1970-01-03'}"));
	cr_expect(g.o.created == 2 * TIMESTAMP_DAY && g.o.time == 2 * TIMESTAMP_DAY);
	cr_expect(!read_order(&g, "{'id':1,'createdAt':null}"));
	cr_expect(says(g.f.field, "createdAt") && g.f.has_id);
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
