/* Goal: by id or by text, with pages read or recognised, a snapshot gives the same delta. (That the
 * whole state is the same is a law of tests/laws.py.) */
#include "support/account.h"
#include "state/page_cache.h"

#define O "'createdAt':'2026-01-01'"

/* A page of the snapshot read last was recognised, not read. */
static bool
is_recognised(const struct account *g, size_t page)
{
	return g->in.pages[page].is_recognised;
}

static void
expect_unchanged(struct account *g, enum entity entity, uint64_t n)
{
	cr_expect(g->delta.counts[entity][DELTA_UNCHANGED] == n, "%d",
	    (int)g->delta.counts[entity][DELTA_UNCHANGED]);
}

Test(ways, a_page_read_before_is_recognised_wherever_it_lies)
{
	static const struct page first[] = { CUSTOMERS("[{'id':'a'},null,{'id':'b'}]"),
		CUSTOMERS("[{'id':'c'}]"), ORDERS_AT("L1", "[{'id':'o'," O "}]"), { 0 } };
	static const struct page next[] = { ORDERS_AT("L1", "[{'id':'o'," O "}]"),
		CUSTOMERS("[{'id':'d'}]"), CUSTOMERS("[{'id':'c'}]"),
		CUSTOMERS("[{'id':'a'},null,{'id':'b'}]"), { 0 } };
	struct account g;

	account_begin(&g);
	g.way = READ_BY_TEXT;
	account_apply(&g, first);
	account_expect(&g, next, "+d |");
	cr_expect(is_recognised(&g, 0) && !is_recognised(&g, 1) && is_recognised(&g, 2) &&
	          is_recognised(&g, 3));
	cr_expect(g.in.pages[3].records == 2);
	expect_unchanged(&g, ENTITY_CUSTOMER, 3);
	expect_unchanged(&g, ENTITY_ORDER, 1);
	account_end(&g);
}

/* On top of a and b, which lie in one page. */
Test(ways, a_recognised_page_and_other_copies_take_their_turns)
{
#define AB "[{'id':'a','n':1},{'id':'b','n':1}]"
	static const struct page first[] = { CUSTOMERS(AB), { 0 } };
	static const struct {
		struct page pages[4];
		const char *want;
	} rows[] = {
		{ { CUSTOMERS(AB), CUSTOMERS("[{'id':'a','n':2}]") }, "~a |" },
		{ { CUSTOMERS("[{'id':'a','n':2}]"), CUSTOMERS(AB) }, " |" },
		{ { CUSTOMERS(AB), CUSTOMERS("[{'id':'a','n':2}]"), CUSTOMERS(AB) }, " |" },
		{ { CUSTOMERS("[{'id':'b','n':2}]"), CUSTOMERS(AB),
		      CUSTOMERS("[{'id':'a','n':2}]") },
		    "~a |" },
		{ { CUSTOMERS("[{'id':[]}]"), CUSTOMERS(AB) }, " |" },
		{ { CUSTOMERS(AB), CUSTOMERS("[{'id':[]}]") }, " |" },
		{ { CUSTOMERS("[{'id':'c'}]"), SOME_CUSTOMERS(AB) }, "+c |" },
		{ { CUSTOMERS(AB), CUSTOMERS("[{'id':'b','n':3}]"),
		      CUSTOMERS("[{'id':'b','n':1}]") },
		    " |" },
	};

	for (size_t i = 0; i < COUNT(rows) * COUNT(ways); i++) {
		size_t row = i / COUNT(ways);
		struct account g;

		account_begin(&g);
		account_apply(&g, first);
		g.way = ways[i % COUNT(ways)];
		account_judge(&g, rows[row].pages);
		cr_expect(str_eq(account_ops(&g), str_c(rows[row].want)), "row %zu: '%.*s'", row,
		    STR_ARG(account_ops(&g)));
		account_end(&g);
	}
}

/* So many that one record is no large snapshot, and the pages stay remembered. */
#define MANY                                                                                       \
	"[{'id':1},{'id':2},{'id':3},{'id':4},{'id':5},{'id':6},{'id':7},{'id':8},{'id':9},"       \
	"{'id':10},{'id':11},{'id':12},{'id':13},{'id':14}]"

Test(ways, a_page_with_one_text_that_is_not_current_is_read)
{
	static const struct page first[] = { CUSTOMERS(AB), CUSTOMERS(MANY), { 0 } };
	static const struct page some[] = { SOME_CUSTOMERS("[{'id':'b','n':2}]"), { 0 } };
	struct account g;

	account_begin(&g);
	account_apply(&g, first);
	account_apply(&g, some);
	g.way = READ_BY_TEXT;
	account_expect(&g, first, "~b |");
	cr_expect(!is_recognised(&g, 0) && is_recognised(&g, 1));
	account_end(&g);
}

Test(ways, a_respelled_text_is_the_known_one_from_then_on)
{
	static const struct page first[] = { CUSTOMERS("[{'id':'a','n':1}]"), { 0 } };
	static const struct page alike[] = { CUSTOMERS("[{'n':1,'id':'a'}]"), { 0 } };
	struct account g;

	account_begin(&g);
	g.way = READ_BY_TEXT;
	account_apply(&g, first);
	account_apply(&g, alike);
	account_expect(&g, first, " |");
	cr_expect(!is_recognised(&g, 0));
	cr_expect(g.delta.refreshed_n[ENTITY_CUSTOMER] == 1);
	account_expect(&g, alike, " |");
	cr_expect(is_recognised(&g, 0));
	account_end(&g);
}

Test(ways, an_order_of_a_recognised_page_moves_with_it)
{
	static const char text[] = "[{'id':'o'," O "},{'id':'p'," O "}]";
	static const struct page first[] = { ORDERS_AT("L1", text), { 0 } };
	static const struct page next[] = { ORDERS_AT("L1", text), ORDERS_AT("L2", text), { 0 } };
	static const struct page back[] = { ORDERS_AT("L2", text),
		ORDERS_AT("L1", "[{'id':'p'," O "}]"), { 0 } };

	for (size_t i = 0; i < COUNT(ways); i++) {
		struct account g;

		account_begin(&g);
		account_apply(&g, first);
		g.way = ways[i];
		account_expect(&g, next, " |");
		cr_expect(g.delta.refreshed_n[ENTITY_ORDER] == 2);
		expect_unchanged(&g, ENTITY_ORDER, 2);
		account_apply(&g, next);
		account_expect(&g, back, " |");
		cr_expect(g.delta.refreshed_n[ENTITY_ORDER] == 1, "p");
		account_end(&g);
	}
}

static uint64_t
remembered(struct account *g)
{
	uint64_t n = 0;

	cr_assert(kv_count(g->s.txn, TABLE_PAGE_CACHE, &n, &g->e) == 0);
	return n;
}

Test(ways, a_page_with_a_record_at_fault_is_always_read)
{
	static const struct page pages[] = { CUSTOMERS("[{'id':'a'},{'id':'b','id':1}]"), { 0 } };
	struct account g;

	account_begin(&g);
	g.way = READ_BY_TEXT;
	account_apply(&g, pages);
	cr_expect(remembered(&g) == 0);
	account_expect(&g, pages, " |");
	cr_expect(!is_recognised(&g, 0));
	cr_expect(g.in.quarantine.n == 1, "it is listed again");
	account_end(&g);
}

/* Decision 0002, also where the id takes the strict reader. */
Test(ways, a_known_text_is_not_judged_again)
{
	static const struct str later[] = { { "sold", 4 }, { "done", 4 } };
	static const struct page pages[] = {
		ORDERS("[{'id':'\\u006f','orderStatus':'done'," O "}]"), { 0 }
	};

	for (size_t i = 0; i < COUNT(ways); i++) {
		struct account g;

		account_begin(&g);
		account_apply(&g, pages);
		g.way = ways[i];
		g.settings.completed_statuses = later;
		g.settings.completed_n = COUNT(later);
		account_expect(&g, pages, " |");
		cr_expect(g.in.quarantine.n == 0);
		expect_unchanged(&g, ENTITY_ORDER, 1);
		account_end(&g);
	}
}

Test(ways, the_pages_of_the_last_large_snapshot_are_remembered)
{
	static const struct page first[] = { CUSTOMERS(
		                                 "[{'id':'1'},{'id':'2'},{'id':'3'},{'id':'4'},"
		                                 "{'id':'5'},{'id':'6'},{'id':'7'},{'id':'8'}]"),
		CUSTOMERS("[{'id':'9'},{'id':'10'},{'id':'11'},{'id':'12'},"
		          "{'id':'13'},{'id':'14'},{'id':'15'},{'id':'16'}]"),
		ORDERS("[{'id':'o'," O "}]"), { 0 } };
	static const struct page small[] = { SOME_CUSTOMERS("[{'id':'1','n':1}]"), { 0 } };
	static const struct page large[] = { SOME_CUSTOMERS("[{'id':'1','n':1},{'id':'2'}]"),
		{ 0 } };
	struct account g;

	account_begin(&g);
	account_apply(&g, first);
	cr_expect(remembered(&g) == 3);
	account_apply(&g, small);
	cr_expect(remembered(&g) == 3);
	account_apply(&g, large);
	cr_expect(remembered(&g) == 2, "one of customers, one of orders");
	account_end(&g);
}

/* How many blocks of each page were not inflated: "1 0 2". */
static struct str
left_out(struct account *g)
{
	struct buf b = { 0 };
	struct str out;

	for (size_t i = 0; i < g->manifest.n; i++)
		buf_printf(&b, "%s%zu", i > 0 ? " " : "", g->in.pages[i].left_out_n);
	out = str_copy(&g->a, buf_view(&b));
	buf_release(&b);
	return out;
}

/* Each on top of the first pages, by text and by id. */
Test(ways, a_block_read_before_is_left_out_wherever_it_lies)
{
	static const struct page first[] = {
		CUSTOMERS("{'total':5,'data':[#{'id':'a'},{'id':'b'},#{'id':'c'},#{'id':'d'},null,#"
		          "{'id':'e'}]}"),
		ORDERS_AT("L1", "[#{'id':'o'," O "},#{'id':'p'," O "}]"), { 0 }
	};
	static const struct {
		struct page pages[3];
		const char *want, *left_out;
	} rows[] = {
		{ { CUSTOMERS("{'total':6,'data':[#{'id':'a'},{'id':'b'},#{'id':'c'},#{'id':'d'},"
		              "null,#{'id':'e'}]}") },
		    " |", "2" },
		{ { CUSTOMERS("[{'id':'e'},#{'id':'c'},#{'id':'n'},#{'id':'a'},{'id':'b'},#"
		              "{'id':'d'}]") },
		    "+n |", "2" },
		{ { CUSTOMERS("[#{'id':'c'},#{'id':'a','n':1},#{'id':'a'},{'id':'b'},#{'id':'d'}]"),
		      CUSTOMERS("[#{'id':'a'},{'id':'b'},#{'id':'e','n':1}]") },
		    "~e |", "2 1" },
		/* where it is no part of a list, or no other record follows */
		{ { CUSTOMERS("{'data':[#{'id':'c'},#{'id':'a'},{'id':'b'}],'x':[#{'id':'c'},#{}]"
		              "}"),
		      CUSTOMERS("[{'id':'d'},{'id':'e'}]") },
		    " |", "0 0" },
		{ { CUSTOMERS("[{'id':'e'},{'id':'d'},{'id':'c'},#{'id':'a'},{'id':'b'},#null]") },
		    " |", "0" },
		{ { ORDERS_AT("L2", "[{'id':'n'," O "},#{'id':'o'," O "},#{'id':'p'," O "}]") },
		    " | +n", "1" },
	};

	for (size_t i = 0; i < COUNT(rows) * COUNT(ways); i++) {
		size_t row = i / COUNT(ways);
		struct account g;

		account_begin(&g);
		g.in_blocks = true;
		account_apply(&g, first);
		g.way = ways[i % COUNT(ways)];
		account_expect(&g, rows[row].pages, rows[row].want);
		if (g.way == READ_BY_TEXT)
			cr_expect(str_eq(left_out(&g), str_c(rows[row].left_out)), "row %zu: %.*s",
			    row, STR_ARG(left_out(&g)));
		if (row + 1 == COUNT(rows))
			cr_expect(g.delta.refreshed_n[ENTITY_ORDER] == 2, "they moved");
		account_end(&g);
	}
}

Test(ways, a_block_with_one_text_that_is_not_current_is_read)
{
#define BLOCKS(d) "[#{'id':'a'},#{'id':'b'},{'id':'c'},#{'id':'d'" d "}]"
	static const struct page first[] = { CUSTOMERS(BLOCKS("")), CUSTOMERS(MANY), { 0 } };
	static const struct page some[] = { SOME_CUSTOMERS("[{'id':'c','n':2}]"), { 0 } };
	static const struct page next[] = { CUSTOMERS(BLOCKS(",'n':2")), CUSTOMERS(MANY), { 0 } };
	struct account g;

	account_begin(&g);
	g.in_blocks = true;
	account_apply(&g, first);
	account_apply(&g, some);
	g.way = READ_BY_TEXT;
	account_expect(&g, next, "~c ~d |");
	cr_expect(str_eq(left_out(&g), STR("1 0")));
	account_end(&g);
}

/* A block is remembered out of a page in which it was left out, and a fault is where it is in the
 * whole page. */
Test(ways, what_lies_after_a_block_left_out_is_where_it_is)
{
#define FAULT(id) "[#{'id':'a'},#{'id':'b','id':1},#{'id':'" id "'},#{'id':'d'}]"
	static const struct page first[] = { CUSTOMERS(BLOCKS("")), { 0 } };
	static const struct page next[] = { CUSTOMERS(BLOCKS(",'n':2")), { 0 } };
	static const struct page last[] = { CUSTOMERS(FAULT("c")), { 0 } };
	struct str reason[COUNT(ways)];
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(ways); i++) {
		struct account g;

		account_begin(&g);
		g.in_blocks = true;
		g.way = READ_BY_TEXT;
		account_apply(&g, first);
		account_apply(&g, next);
		cr_expect(str_eq(left_out(&g), STR("2")));
		g.way = ways[i];
		account_judge(&g, last);
		cr_expect(i == 0 || str_eq(left_out(&g), STR("1")));
		cr_assert(g.in.quarantine.n == 1);
		reason[i] = str_copy(&a, g.in.quarantine.list[0].reason);
		cr_expect(g.in.quarantine.list[0].index == 1);
		account_end(&g);
	}
	cr_expect(str_eq(reason[0], reason[1]), "%.*s", STR_ARG(reason[1]));
	arena_release(&a);
}

Test(ways, a_page_is_remembered_as_what_it_was_read_as)
{
	struct manifest_page pages[] = {
		{ .path = STR("a.json"), .resource = RESOURCE_ORDERS },
		{ .path = STR("a.json.gz"), .resource = RESOURCE_ORDERS },
		{ .path = STR("a.json"), .resource = RESOURCE_CUSTOMERS },
		{ .path = STR("a.json"), .resource = RESOURCE_CUSTOMER },
		{ .path = STR("a.json"), .resource = RESOURCE_ORDERS },
	};
	struct buf keys[COUNT(pages)] = { 0 };

	for (size_t i = 0; i < COUNT(pages); i++) {
		char digest[] = "0123456789012345678901234567890123456789"
		                "012345678901234567890123";

		digest[0] = i + 1 == COUNT(pages) ? 'f' : '0';
		pages[i].sha256 = str_c(digest);
		(void)page_cache_key(&keys[i], &pages[i]);
		for (size_t k = 0; k < i; k++)
			cr_expect(
			    !str_eq(buf_view(&keys[i]), buf_view(&keys[k])), "%zu and %zu", i, k);
	}
	for (size_t i = 0; i < COUNT(pages); i++)
		buf_release(&keys[i]);
}
