/* Goal: each record of a snapshot is what it is against what was known, and faults stay in their
 * records. */
#include "delta/read_snapshot.h"

#include "support/account.h"

/* The copies as text: "c1@0.2=new", by id, page, index. */
static struct str
copies(struct account *g, enum entity entity)
{
	static const char *const forms[] = { "same", "moved", "new", "text" };
	struct buf b = { 0 };
	struct str out;

	for (size_t i = 0; i < g->in.seen_n[entity]; i++) {
		const struct seen *s = g->in.seen[entity][i];

		buf_z(&b, b.n > 0 ? " " : "");
		buf_str(&b, seen_id(s));
		buf_printf(&b, "@%u.%u=%s", s->page, s->index, forms[s->form]);
	}
	out = str_copy(&g->a, buf_view(&b));
	buf_release(&b);
	return out;
}

#define SOLD                                                                                       \
	"'createdAt':'2026-01-01','orderStatus':'sold','totals':{"                                 \
	"'finalTotal':1}"

Test(read_snapshot, each_record_is_compared_with_what_was_known)
{
	static const struct {
		const char *what;
		struct page before[3], pages[6];
		const char *customers, *orders;
	} rows[] = {
		{ "at first everything is new", { { 0 } },
		    { CUSTOMERS("{'customers':[{'id':'b'},null,{'id':'a'}]}"),
		        CUSTOMERS("{'data':[{'_id':5}]}"),
		        { "{'customer':{'id':'z'}}", RESOURCE_CUSTOMER, SCOPE_ID, NULL, NULL,
		            NULL },
		        ORDERS("[{'orderId':'o'," SOLD "}]"),
		        { "[{'locationId':1}]", RESOURCE_LOCATIONS, SCOPE_ALL, NULL, NULL, NULL } },
		    "5@1.0=new a@0.2=new b@0.0=new z@2.0=new", "o@3.0=new" },
		{ "a known text is the same wherever it lies",
		    { CUSTOMERS("[{'id':'a'},{'id':'b'}]"),
		        ORDERS_AT("L1", "[{'id':'o1'," SOLD "},{'id':'o2'," SOLD "}]") },
		    { CUSTOMERS("{'data':[{'id':'x'}]}"), CUSTOMERS("[ {'id':'b'} , {'id': 'a'} ]"),
		        ORDERS_AT("L1", "[{'id':'o1'," SOLD "}]"),
		        ORDERS_AT("L2", "[{'id':'o2'," SOLD "}]") },
		    "a@1.1=text b@1.0=same x@0.0=new", "o1@2.0=same o2@3.0=moved" },
		{ "an id is the same as text and as number", { CUSTOMERS("[{'id':'7'}]") },
		    { CUSTOMERS("[{'id':7}]") }, "7@0.0=text", "" },
		{ "an id that has to be decoded is known too", { CUSTOMERS("[{'id':' \\u0061'}]") },
		    { CUSTOMERS("[{'id':' \\u0061'}]") }, "a@0.0=same", "" },
		{ "the last copy of an id in manifest order counts", { { 0 } },
		    { CUSTOMERS("[{'id':'a','name':'1'},{'id':'a','name':'2'}]"),
		        CUSTOMERS("[{'id':'a'}]") },
		    "a@1.0=new", "" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct account g;

		account_begin(&g);
		if (rows[i].before[0].text != NULL)
			account_apply(&g, rows[i].before);
		cr_assert(account_read(&g, rows[i].pages) == 0, "%s", g.e.msg);
		cr_expect(str_eq(copies(&g, ENTITY_CUSTOMER), str_c(rows[i].customers)), "%s: %.*s",
		    rows[i].what, STR_ARG(copies(&g, ENTITY_CUSTOMER)));
		cr_expect(str_eq(copies(&g, ENTITY_ORDER), str_c(rows[i].orders)), "%s: %.*s",
		    rows[i].what, STR_ARG(copies(&g, ENTITY_ORDER)));
		cr_expect(g.in.quarantine.n == 0, "%s", rows[i].what);
		account_end(&g);
	}
}

Test(read_snapshot, faults_are_listed_where_they_lie)
{
#define O(id, more) "{'id':'" id "','createdAt':'2026-01-01'" more "}"
	static const struct page pages[] = {
		ORDERS("[" O("a", "") "," O("b", ",'voided':3") ",{'id':'c',},7,{}," O(
		    "b", ",'itemsInCart':{}") "]"),
		CUSTOMERS("[{'id':[]}]"),
		{ 0 },
	};
	static const struct {
		uint32_t page, index;
		const char *id, *reason;
	} want[] = {
		{ 0, 1, "b", "voided cannot be read (byte 81)" },
		{ 0, 2, NULL, NULL },
		{ 0, 3, NULL, "no object (byte 96)" },
		{ 0, 4, NULL, "no usable id (byte 98)" },
		{ 0, 5, "b", NULL },
		{ 1, 0, NULL, NULL },
	};
	struct account g;

	account_begin(&g);
	cr_assert(account_read(&g, pages) == 0, "%s", g.e.msg);
	cr_assert(g.in.quarantine.n == COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		const struct quarantined *q = &g.in.quarantine.list[i];

		cr_expect(q->page == want[i].page && q->index == want[i].index, "row %zu", i);
		cr_expect(q->has_id == (want[i].id != NULL) && str_eq(q->id, str_c(want[i].id)),
		    "row %zu", i);
		if (want[i].reason != NULL)
			cr_expect(str_eq(q->reason, str_c(want[i].reason)), "row %zu: %.*s", i,
			    STR_ARG(q->reason));
	}
	cr_expect(g.in.pages[0].has_nameless);
	cr_expect(g.in.pages[1].has_nameless);
	cr_expect(g.in.quarantine.ids_n[ENTITY_ORDER] == 1, "b, once");
	cr_expect(quarantine_has(&g.in.quarantine, ENTITY_ORDER, STR("b")));
	cr_expect(!quarantine_has(&g.in.quarantine, ENTITY_CUSTOMER, STR("b")));
	cr_expect(str_eq(copies(&g, ENTITY_ORDER), STR("a@0.0=new")));
	account_end(&g);
}

Test(read_snapshot, fields_say_what_was_read)
{
	static const struct page pages[] = {
		CUSTOMERS("[{'id':'a','name':'N','new':1}]"),
		ORDERS("[{'id':'o','customerId':'a','budtender':'Al'," SOLD ","
		       "'itemsInCart':[{'productName':'P','type':'T'},"
		       "{'productName':'P'}]}]"),
		{ 0 },
	};
	struct account g;
	const struct seen *s;
	const struct seen_dictionary *d;
	struct seen_customer c;
	struct seen_order o;
	struct sale sale;
	struct customer read = { 0 };
	struct item_words item;
	uint32_t n;

	account_begin(&g);
	cr_assert(account_read(&g, pages) == 0, "%s", g.e.msg);
	s = g.in.seen[ENTITY_CUSTOMER][0];
	d = &g.in.dictionaries[s->worker];
	c = seen_customer(s);
	cr_assert(record_unpack_customer(c.fields, &read));
	cr_expect(str_eq(read.name, STR("N")));
	cr_assert(seen_next_number(&c.unknown, &n) == 1);
	cr_expect(str_eq(d->unknown.texts[n], STR("/customer/new")));
	cr_expect(seen_next_number(&c.unknown, &n) == 0);

	s = g.in.seen[ENTITY_ORDER][0];
	d = &g.in.dictionaries[s->worker];
	o = seen_order(s);
	sale = seen_sale(&o);
	cr_expect(str_eq(d->customers.texts[o.customer], STR("a")));
	cr_expect(str_eq(d->words.texts[sale.status], STR("sold")));
	cr_expect(str_eq(d->words.texts[sale.budtender], STR("Al")));
	cr_expect(sale.type == 0 && sale.total == 100);
	cr_assert(row_item_next(&sale.items, &item) == 1);
	cr_expect(str_eq(d->words.texts[item.product], STR("P")));
	cr_expect(str_eq(d->words.texts[item.category], STR("T")));
	n = item.product;
	cr_assert(row_item_next(&sale.items, &item) == 1);
	cr_expect(item.product == n && item.category == 0);
	account_end(&g);
}

Test(read_snapshot, a_page_that_cannot_be_followed_refuses_the_snapshot)
{
	static const char *const rows[] = { "[{'id':'a'}", "{'data':[}", "[]x", "", "7",
		"{'customers':[{'id':'a}]}" };
	struct account g;

	account_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct page pages[] = { CUSTOMERS("[]"), CUSTOMERS(rows[i]), { 0 } };

		g.e = (struct err)ERR_INIT;
		cr_expect(account_read(&g, pages) == -1, "%s", rows[i]);
		cr_expect(g.e.kind == ERR_DAMAGED, "%s", rows[i]);
		cr_expect(strstr(g.e.file, "page-0002.json") != NULL, "%s: %s", rows[i], g.e.file);
	}
	account_end(&g);
}
