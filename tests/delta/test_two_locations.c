/* Goal: an order in pages of two locations is found by either way of reading, each snapshot anew,
 * and is news only when the snapshot before did not have it. */
#include "delta/two_locations.h"

#include "support/account.h"

#define O(id) "{'id':'" id "','createdAt':'2026-01-01'}"
#define P(id) "{'id':'" id "','createdAt':'2026-01-01','orderType':'other'}"
#define BAD(id) "{'id':'" id "','createdAt':'2026-01-01','customerId':[]}"

static void
expect_found(struct account *g, const char *want, size_t row)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < g->in.in_two_locations_n; i++) {
		buf_z(&b, i > 0 ? " " : "");
		buf_str(&b, g->in.in_two_locations[i]);
	}
	cr_expect(str_eq(buf_view(&b), str_c(want)), "row %zu: %.*s, not %s", row,
	    STR_ARG(buf_view(&b)), want);
	buf_release(&b);
}

/* Known are a and b at L1, c at L2. */
Test(two_locations, every_copy_with_an_id_counts)
{
	static const struct page base[] = { ORDERS_AT("L1", "[" O("a") "," O("b") "]"),
		ORDERS_AT("L2", "[" O("c") "]"), { 0 } };
	static const struct {
		struct page pages[5];
		const char *want;
	} rows[] = {
		{ { ORDERS_AT("L1", "[" O("a") "]"), ORDERS_AT("L2", "[" O("c") "]") }, "" },
		{ { ORDERS_AT("L1", "[" O("a") "]"), ORDERS_AT("L2", "[" O("a") "]") }, "a" },
		{ { ORDERS_AT("L2", "[" O("a") "]"), ORDERS_AT("L1", "[" O("a") "]") }, "a" },
		{ { ORDERS_AT("L1", "[" O("a") "]"), ORDERS_AT("L2", "[" P("a") "]") }, "a" },
		{ { ORDERS_AT("L1", "[" P("a") "]"), ORDERS_AT("L2", "[" O("a") "]") }, "a" },
		{ { ORDERS_AT("L1", "[" P("a") "]"), ORDERS_AT("L2", "[" P("a") "]") }, "a" },
		{ { ORDERS_AT("L1", "[" BAD("a") "]"), ORDERS_AT("L2", "[" O("a") "]") }, "a" },
		{ { ORDERS_AT("L1", "[" P("a") "]"), ORDERS_AT("L2", "[" BAD("a") "]") }, "a" },
		{ { ORDERS_AT("L1", "[" BAD("x") "]"), ORDERS_AT("L2", "[" BAD("x") "]") }, "x" },
		{ { ORDERS_AT("L1", "[" O("n") "," O("a") "]"),
		      ORDERS_AT("L2", "[" O("m") "," O("n") "," O("a") "]") },
		    "a n" },
		{ { ORDERS_AT("L1", "[" O("a") "]"), ORDERS("[" O("a") "]"),
		      ORDERS_AT("L2", "[" O("b") "]") },
		    "" },
		{ { ORDERS_AT("L1", "[" O("a") "]"), ORDERS("[" O("a") "]"),
		      ORDERS_AT("L2", "[" O("a") "]"), ORDERS("[" O("a") "]") },
		    "a" },
		{ { ORDERS_AT("L1", "[" O("a") "," O("b") "]"), ORDERS_AT("L2", "[" O("c") "]"),
		      ORDERS_AT("L3", "[" O("c") "]") },
		    "c" },
		{ { ORDERS_AT("L1", "[1]"), ORDERS_AT("L2", "[1]") }, "" },
	};

	for (size_t i = 0; i < COUNT(rows) * COUNT(ways); i++) {
		struct account g;

		account_begin(&g);
		g.way = ways[i % COUNT(ways)];
		account_apply(&g, base);
		account_judge(&g, rows[i / COUNT(ways)].pages);
		expect_found(&g, rows[i / COUNT(ways)].want, i / COUNT(ways));
		account_end(&g);
	}
}

Test(two_locations, only_what_the_snapshot_before_did_not_have_is_new)
{
#define TWICE(id) ORDERS_AT("L1", "[" O(id) "]"), ORDERS_AT("L2", "[" O(id) "]")
	static const struct {
		struct page pages[5];
		uint64_t n;
		bool is_new, is_quarantine_new;
	} steps[] = {
		{ { TWICE("a") }, 1, true, false },
		{ { TWICE("a") }, 1, false, false },
		{ { TWICE("a"), TWICE("b") }, 2, true, false },
		{ { TWICE("b") }, 1, false, false },
		{ { TWICE("a") }, 1, true, false },
		{ { SOME_ORDERS("[1," BAD("a") "]") }, 0, false, true },
		{ { SOME_ORDERS("[" BAD("a") "]"), SOME_ORDERS("[1,1]") }, 0, false, false },
		{ { SOME_ORDERS("[" BAD("a") ",2]") }, 0, false, true },
		{ { SOME_ORDERS("[2]") }, 0, false, false },
		{ { SOME_CUSTOMERS("[2]") }, 0, false, true },
		{ { SOME_CUSTOMERS("[]") }, 0, false, false },
		{ { SOME_ORDERS("[" BAD("a") "]") }, 0, false, true },
	};

	for (size_t way = 0; way < COUNT(ways); way++) {
		struct account g;

		account_begin(&g);
		g.way = ways[way];
		for (size_t i = 0; i < COUNT(steps); i++) {
			account_apply(&g, steps[i].pages);
			cr_expect(g.result.in_two_locations == steps[i].n, "step %zu", i);
			cr_expect(g.result.is_in_two_new == steps[i].is_new, "step %zu", i);
			cr_expect(g.result.is_quarantine_new == steps[i].is_quarantine_new,
			    "step %zu", i);
		}
		account_end(&g);
	}
}
