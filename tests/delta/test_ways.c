/* Goal: by ids or by texts, with pages read or recognised, a snapshot gives the
 * same result to the last row of the state. */
#include "support/account.h"
#include "state/page_cache.h"

#define O "'createdAt':'2026-01-01'"
#define ROUNDS 40
#define SNAPSHOTS 6

/* Every entry of every table. */
static struct sha256
fingerprint(struct account *g)
{
	struct buf b = { 0 };
	struct sha256 out;

	for (size_t i = 0; i < TABLE_COUNT; i++) {
		struct kv_cur *c = kv_cursor(g->s.txn, i, &g->e);
		struct str key, value;
		int rc;

		cr_assert(c != NULL);
		while ((rc = kv_next(c, &key, &value, &g->e)) > 0) {
			buf_printf(&b, "%zu %zu %zu ", i, key.n, value.n);
			buf_str(&b, key);
			buf_str(&b, value);
		}
		cr_assert(rc == 0);
		kv_cursor_close(c);
	}
	out = sha256_of(buf_view(&b));
	buf_release(&b);
	return out;
}

/* A page of the snapshot read last was recognised, not read. */
static bool
is_recognised(const struct account *g, size_t page)
{
	return g->intake.pages[page].is_recognised;
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
	cr_expect(g.intake.pages[3].records == 2);
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
		{ { CUSTOMERS("[{'id':'a','city':{}}]"), CUSTOMERS(AB) }, " |" },
		{ { CUSTOMERS(AB), CUSTOMERS("[{'id':'a','city':{}}]") }, " |" },
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

Test(ways, a_page_with_one_text_that_is_not_current_is_read)
{
	static const struct page first[] = { CUSTOMERS(AB), { 0 } };
	static const struct page some[] = { SOME_CUSTOMERS("[{'id':'b','n':2}]"), { 0 } };
	struct account g;

	account_begin(&g);
	account_apply(&g, first);
	account_apply(&g, some);
	g.way = READ_BY_TEXT;
	account_expect(&g, first, "~b |");
	cr_expect(!is_recognised(&g, 0));
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
	static const struct page pages[] = { CUSTOMERS("[{'id':'a'},{'id':'b','city':{}}]"),
		{ 0 } };
	struct account g;

	account_begin(&g);
	g.way = READ_BY_TEXT;
	account_apply(&g, pages);
	cr_expect(remembered(&g) == 0);
	account_expect(&g, pages, " |");
	cr_expect(!is_recognised(&g, 0));
	cr_expect(g.intake.quarantine.n == 1, "it is listed again");
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
		cr_expect(g.intake.quarantine.n == 0);
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

/* A world of few ids, so that everything meets everything. */
struct world {
	uint64_t random;
	struct str texts[24]; /* pages written so far: some come again */
	size_t texts_n;
};

static unsigned
below(struct world *w, unsigned n)
{
	w->random = w->random * UINT64_C(6364136223846793005) + 1;
	return (unsigned)(w->random >> 33) % n;
}

static void
add_record(struct world *w, struct buf *b, bool is_order)
{
	static const char *const odd[] = { "null", "{}", "7", "{'id':'1','id':'1'}",
		"{'id':'2','name':{},'voided':7}" };
	unsigned id = below(w, 7);

	if (b->n > 1)
		buf_char(b, ',');
	if (below(w, 14) == 0) {
		buf_z(b, odd[below(w, COUNT(odd))]);
		return;
	}
	buf_printf(b, below(w, 4) == 0 ? "{'id':'\\u003%u'" : "{'id':'%u'", id);
	if (is_order)
		buf_printf(b, ",'createdAt':'2026-01-%02u'", 1 + id);
	if (below(w, 3) == 0)
		buf_printf(b, ",'n':%u", below(w, 3));
	buf_char(b, '}');
}

static struct str
page_text(struct world *w, struct arena *a, bool is_order)
{
	size_t slot = is_order + 2 * (size_t)below(w, 12);
	struct buf b = { 0 };

	if (w->texts[slot].n > 0 && below(w, 3) > 0)
		return w->texts[slot];
	buf_char(&b, '[');
	for (unsigned n = below(w, 5); n > 0; n--)
		add_record(w, &b, is_order);
	buf_char(&b, ']');
	w->texts[slot] = str_copy(a, buf_view(&b));
	buf_release(&b);
	return w->texts[slot];
}

static void
snapshot(struct world *w, struct arena *a, struct page *pages)
{
	static const char *const places[] = { NULL, "L1", "L2" };
	unsigned n = 1 + below(w, 6);

	for (unsigned i = 0; i < n; i++) {
		bool is_order = below(w, 2) == 0;
		struct page *p = &pages[i];

		*p = (struct page){
			.text = str_z(a, page_text(w, a, is_order)),
			.resource = is_order ? RESOURCE_ORDERS : RESOURCE_CUSTOMERS,
			.kind = below(w, 3) == 0 ? SCOPE_UPDATED : SCOPE_ALL,
			.location = is_order ? places[below(w, 3)] : NULL,
		};
		if (is_order && below(w, 3) == 0) {
			p->kind = SCOPE_CREATED;
			p->from = "2026-01-03";
			p->to = "2026-01-06";
		}
	}
	pages[n] = (struct page){ 0 };
}

/* One account by ids, one by texts, one by turns; all see the same snapshots.
 */
static void
play(struct world *w, struct arena *a)
{
	struct account g[3];

	for (size_t k = 0; k < 3; k++)
		account_begin(&g[k]);
	for (size_t i = 0; i < SNAPSHOTS; i++) {
		struct page pages[PAGES_MAX];
		struct sha256 first = { 0 }, now;

		snapshot(w, a, pages);
		for (size_t k = 0; k < 3; k++) {
			g[k].way = ways[k < 2 ? k : below(w, 2)];
			account_apply(&g[k], pages);
			now = fingerprint(&g[k]);
			if (k == 0)
				first = now;
			cr_expect(
			    strcmp(first.hex, now.hex) == 0, "way %d at %zu", (int)g[k].way, i);
			cr_expect(memcmp(g[0].delta.counts, g[k].delta.counts,
			              sizeof(g[0].delta.counts)) == 0);
			cr_expect(str_eq(account_ops(&g[0]), account_ops(&g[k])), "%.*s, not %.*s",
			    STR_ARG(account_ops(&g[k])), STR_ARG(account_ops(&g[0])));
		}
	}
	for (size_t k = 0; k < 3; k++)
		account_end(&g[k]);
}

Test(ways, whatever_comes_every_way_gives_the_same_state)
{
	for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
		struct world w = { .random = seed * UINT64_C(0x9e3779b9) };
		struct arena a = { 0 };

		play(&w, &a);
		arena_release(&a);
	}
}
