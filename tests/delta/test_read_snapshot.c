/* Goal: each record of a snapshot is what it is against what was known, faults
 * stay in their records, and the number of threads changes nothing. */
#include "delta/read_snapshot.h"

#include "support/account.h"

/* The sightings as text: "c1@0.2=new", by id, page, index. */
static struct str
sightings(struct account *g, enum entity entity)
{
	static const char *const sights[] = { "same", "moved", "new", "text" };
	struct buf b = { 0 };
	struct str out;

	for (size_t i = 0; i < g->intake.seen_n[entity]; i++) {
		const struct seen *s = g->intake.seen[entity][i];

		buf_z(&b, b.n > 0 ? " " : "");
		buf_str(&b, seen_id(s));
		buf_printf(&b, "@%u.%u=%s", s->page, s->index, sights[s->sight]);
	}
	out = str_copy(&g->a, buf_view(&b));
	buf_release(&b);
	return out;
}

static void
expect_seen(struct account *g, enum entity entity, const char *want)
{
	struct str have = sightings(g, entity);

	cr_expect(str_eq(have, str_c(want)), "%.*s, not %s", STR_ARG(have), want);
}

#define SOLD                                                                                       \
	"'createdAt':'2026-01-01','orderStatus':'sold','totals':{"                                 \
	"'finalTotal':1}"

Test(intake, at_first_everything_is_new)
{
	static const struct page pages[] = {
		CUSTOMERS("{'customers':[{'id':'b'},null,{'id':'a'}]}"),
		CUSTOMERS("{'data':[{'_id':5}]}"),
		{ "{'customer':{'id':'z'}}", RESOURCE_CUSTOMER, SCOPE_ID, NULL, NULL, NULL },
		ORDERS("[{'orderId':'o'," SOLD "}]"),
		{ "[{'locationId':1}]", RESOURCE_LOCATIONS, SCOPE_ALL, NULL, NULL, NULL },
		{ 0 },
	};
	struct account g;

	account_begin(&g);
	cr_assert(account_read(&g, pages) == 0, "%s", g.e.msg);
	expect_seen(&g, ENTITY_CUSTOMER, "5@1.0=new a@0.2=new b@0.0=new z@2.0=new");
	expect_seen(&g, ENTITY_ORDER, "o@3.0=new");
	cr_expect(g.intake.quarantine.n == 0);
	account_end(&g);
}

Test(intake, a_known_text_is_the_same_wherever_it_lies)
{
	static const struct page first[] = { CUSTOMERS("[{'id':'a'},{'id':'b'}]"),
		ORDERS_AT("L1", "[{'id':'o1'," SOLD "},{'id':'o2'," SOLD "}]"), { 0 } };
	static const struct page next[] = {
		CUSTOMERS("{'data':[{'id':'x'}]}"),
		CUSTOMERS("[ {'id':'b'} , {'id': 'a'} ]"),
		ORDERS_AT("L1", "[{'id':'o1'," SOLD "}]"),
		ORDERS_AT("L2", "[{'id':'o2'," SOLD "}]"),
		{ 0 },
	};
	struct account g;

	account_begin(&g);
	account_apply(&g, first);
	cr_assert(account_read(&g, next) == 0, "%s", g.e.msg);
	expect_seen(&g, ENTITY_CUSTOMER, "a@1.1=text b@1.0=same x@0.0=new");
	expect_seen(&g, ENTITY_ORDER, "o1@2.0=same o2@3.0=moved");
	account_end(&g);
}

Test(intake, an_id_is_the_same_as_text_and_as_number)
{
	static const struct page first[] = { CUSTOMERS("[{'id':'7'}]"), { 0 } };
	static const struct page next[] = { CUSTOMERS("[{'id':7}]"), { 0 } };
	struct account g;

	account_begin(&g);
	account_apply(&g, first);
	cr_assert(account_read(&g, next) == 0);
	expect_seen(&g, ENTITY_CUSTOMER, "7@0.0=text");
	account_end(&g);
}

Test(intake, an_id_that_has_to_be_decoded_is_known_too)
{
	static const struct page pages[] = { CUSTOMERS("[{'id':' \\u0061'}]"), { 0 } };
	struct account g;

	account_begin(&g);
	account_apply(&g, pages);
	cr_assert(account_read(&g, pages) == 0);
	expect_seen(&g, ENTITY_CUSTOMER, "a@0.0=same");
	account_end(&g);
}

Test(intake, the_last_copy_of_an_id_in_manifest_order_is_seen)
{
	static const struct page pages[] = {
		CUSTOMERS("[{'id':'a','name':'1'},{'id':'a','name':'2'}]"),
		CUSTOMERS("[{'id':'a'}]"),
		{ 0 },
	};
	struct account g;

	account_begin(&g);
	cr_assert(account_read(&g, pages) == 0);
	expect_seen(&g, ENTITY_CUSTOMER, "a@1.0=new");
	account_end(&g);
}

Test(intake, faults_are_listed_where_they_lie)
{
	static const struct page pages[] = {
		CUSTOMERS("[{'id':'a'},{'id':'b','isLoyal':3},{'id':'c',},"
		          "7,{},{'id':'b','city':{}}]"),
		ORDERS("[{'id':'o1'}]"),
		{ 0 },
	};
	static const struct {
		uint32_t page, index;
		const char *id, *reason;
	} want[] = {
		{ 0, 1, "b", "isLoyal cannot be read (byte 32)" },
		{ 0, 2, NULL, NULL },
		{ 0, 3, NULL, "no object (byte 47)" },
		{ 0, 4, NULL, "no usable id (byte 49)" },
		{ 0, 5, "b", NULL },
		{ 1, 0, "o1", NULL },
	};
	struct account g;

	account_begin(&g);
	cr_assert(account_read(&g, pages) == 0, "%s", g.e.msg);
	cr_assert(g.intake.quarantine.n == COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		const struct quarantined *q = &g.intake.quarantine.list[i];

		cr_expect(q->page == want[i].page && q->index == want[i].index, "row %zu", i);
		cr_expect(q->has_id == (want[i].id != NULL) && str_eq(q->id, str_c(want[i].id)),
		    "row %zu", i);
		if (want[i].reason != NULL)
			cr_expect(str_eq(q->reason, str_c(want[i].reason)), "row %zu: %.*s", i,
			    STR_ARG(q->reason));
	}
	cr_expect(g.intake.pages[0].has_nameless);
	cr_expect(!g.intake.pages[1].has_nameless);
	cr_expect(g.intake.present_n[ENTITY_CUSTOMER] == 1, "b, once");
	cr_expect(str_eq(g.intake.present[ENTITY_ORDER][0], STR("o1")));
	expect_seen(&g, ENTITY_CUSTOMER, "a@0.0=new");
	account_end(&g);
}

Test(intake, facts_say_what_was_read)
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
	const struct seen_dictionary *lexicon;
	struct seen_customer c;
	struct seen_order o;
	struct customer read = { 0 };
	struct item_words item;
	uint32_t n;

	account_begin(&g);
	cr_assert(account_read(&g, pages) == 0, "%s", g.e.msg);
	s = g.intake.seen[ENTITY_CUSTOMER][0];
	lexicon = &g.intake.lexica[s->lexicon];
	c = seen_customer(s);
	cr_assert(record_unpack_customer(c.fields, &read));
	cr_expect(str_eq(read.name, STR("N")));
	cr_assert(seen_next_number(&c.unknown, &n) == 1);
	cr_expect(str_eq(lexicon->unknown.texts[n], STR("/customer/new")));
	cr_expect(seen_next_number(&c.unknown, &n) == 0);

	s = g.intake.seen[ENTITY_ORDER][0];
	lexicon = &g.intake.lexica[s->lexicon];
	o = seen_order(s);
	cr_expect(str_eq(lexicon->customers.texts[o.customer], STR("a")));
	cr_expect(str_eq(lexicon->words.texts[o.sale.status], STR("sold")));
	cr_expect(str_eq(lexicon->words.texts[o.sale.budtender], STR("Al")));
	cr_expect(o.sale.type == 0 && o.sale.total == 100);
	cr_assert(row_item_next(&o.sale.items, &item) == 1);
	cr_expect(str_eq(lexicon->words.texts[item.product], STR("P")));
	cr_expect(str_eq(lexicon->words.texts[item.category], STR("T")));
	n = item.product;
	cr_assert(row_item_next(&o.sale.items, &item) == 1);
	cr_expect(item.product == n && item.category == 0);
	account_end(&g);
}

Test(intake, a_page_that_cannot_be_followed_refuses_the_snapshot)
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

/* 64 pages of a few records each, some at fault. */
static void
many_pages(struct account *g, struct page *pages)
{
	for (int i = 0; i < PAGES_MAX - 1; i++) {
		struct str text = str_printf(&g->a,
		    "[{'id':'%d'},{'id':'x','name':'%d'},{'id':%s},{'id':'%d'}"
		    "]",
		    99 - i, i, i % 3 == 0 ? "{}" : "1", i);

		pages[i] = (struct page)CUSTOMERS(str_z(&g->a, text));
	}
	pages[PAGES_MAX - 1] = (struct page){ 0 };
}

Test(intake, the_number_of_threads_changes_nothing)
{
	static const size_t jobs[] = { 1, 2, 3, 16 };
	struct page pages[PAGES_MAX];
	struct account g;
	struct str first = { 0 };

	account_begin(&g);
	many_pages(&g, pages);
	for (size_t i = 0; i < COUNT(jobs); i++) {
		struct str now;

		g.jobs = jobs[i];
		cr_assert(account_read(&g, pages) == 0, "%s", g.e.msg);
		now = sightings(&g, ENTITY_CUSTOMER);
		if (i == 0)
			first = now;
		cr_expect(now.n > 0 && str_eq(first, now), "%zu jobs", jobs[i]);
		cr_expect(g.intake.quarantine.n == 5);
	}
	account_end(&g);
}
