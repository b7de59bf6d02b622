/* Goal: a record is gone only if a complete read that had to hold it was made,
 * and nothing spoiled that read. */
#include "delta/missing.h"

#include "support/account.h"

#define A "'createdAt':'2026-01-01'"
#define B "'createdAt':'2026-02-01'"

/* Orders a, b at L1 (January, February), c at L2, d without a location. */
static const struct page base[] = {
	CUSTOMERS("[{'id':'c1'},{'id':'c2'},{'id':'c3'}]"),
	ORDERS_AT("L1", "[{'id':'a'," A "},{'id':'b'," B "}]"),
	ORDERS_AT("L2", "[{'id':'c'," A "}]"),
	ORDERS("[{'id':'d'," A "}]"),
	{ 0 },
};

/* The pages on top of the base, and the delta they must give. */
struct missing_case {
	const char *what;
	struct page pages[5];
	const char *want;
};

static void
check(const struct missing_case *rows, size_t n)
{
	for (size_t i = 0; i < n * COUNT(ways); i++) {
		const struct missing_case *row = &rows[i / COUNT(ways)];
		struct account g;

		account_begin(&g);
		g.way = ways[i % COUNT(ways)];
		account_apply(&g, base);
		account_judge(&g, row->pages);
		cr_expect(str_eq(account_ops(&g), str_c(row->want)), "%s: '%.*s'", row->what,
		    STR_ARG(account_ops(&g)));
		account_end(&g);
	}
}

Test(missing, a_customer_is_gone_who_a_whole_read_lacks)
{
	static const struct missing_case rows[] = {
		{ "one is missing", { CUSTOMERS("[{'id':'c1'},{'id':'c3'}]") }, "-c2 |" },
		{ "all are missing", { CUSTOMERS("[]") }, "-c1 -c2 -c3 |" },
		{ "over two pages", { CUSTOMERS("[{'id':'c1'}]"), CUSTOMERS("[{'id':'c2'}]") },
		    "-c3 |" },
		{ "seen in a part",
		    { CUSTOMERS("[{'id':'c1'},{'id':'c2'}]"), SOME_CUSTOMERS("[{'id':'c3'}]") },
		    " |" },
		{ "a part proves nothing", { SOME_CUSTOMERS("[]") }, " |" },
		{ "one record proves nothing",
		    { { "{'customer':{'id':'c1'}}", RESOURCE_CUSTOMER, SCOPE_ID, NULL, NULL,
		        NULL } },
		    " |" },
		{ "the resource customer proves nothing",
		    { { "[]", RESOURCE_CUSTOMER, SCOPE_ALL, NULL, NULL, NULL } }, " |" },
		{ "a window proves nothing of customers",
		    { { "[]", RESOURCE_CUSTOMERS, SCOPE_CREATED, NULL, "0001-01-01",
		        "9999-12-31" } },
		    " |" },
		{ "orders prove nothing of customers", { ORDERS("[]") }, " | -d" },
		{ "no page at all", { { 0 } }, " |" },
	};

	check(rows, COUNT(rows));
}

Test(missing, an_order_is_gone_that_a_whole_read_of_its_location_lacks)
{
	static const struct missing_case rows[] = {
		{ "of its location", { ORDERS_AT("L1", "[{'id':'a'," A "}]") }, " | -b" },
		{ "of another location", { ORDERS_AT("L3", "[]") }, " |" },
		{ "without a location", { ORDERS("[]") }, " | -d" },
		{ "of all locations",
		    { ORDERS_AT("L1", "[]"), ORDERS_AT("L2", "[]"), ORDERS("[]") },
		    " | -a -b -c -d" },
		{ "seen at another location",
		    { ORDERS_AT("L1", "[{'id':'a'," A "}]"),
		        ORDERS_AT("L2", "[{'id':'b'," B "},{'id':'c'," A "}]") },
		    " |" },
		{ "a part proves nothing", { SOME_ORDERS("[]") }, " |" },
	};

	check(rows, COUNT(rows));
}

Test(missing, a_window_proves_what_was_created_in_it)
{
	static const struct missing_case rows[] = {
		{ "january", { WINDOW("L1", "2026-01-01", "2026-02-01", "[]") }, " | -a" },
		{ "the first moment is in it", { WINDOW("L1", "2026-02-01", "2026-02-02", "[]") },
		    " | -b" },
		{ "the last is not", { WINDOW("L1", "2026-01-02", "2026-02-01", "[]") }, " |" },
		{ "all of time", { WINDOW("L1", "0001-01-01", "9999-12-31", "[]") }, " | -a -b" },
		{ "a window from its end", { WINDOW("L1", "2026-03-01", "2026-01-01", "[]") },
		    " |" },
		{ "another location", { WINDOW("L2", "2026-02-01", "2026-03-01", "[]") }, " |" },
		{ "two that overlap",
		    { WINDOW("L1", "2026-01-01", "2026-03-01", "[]"),
		        WINDOW("L1", "2025-01-01", "2027-03-01", "[]") },
		    " | -a -b" },
		{ "one of two pages holds it",
		    { WINDOW("L1", "2026-01-01", "2026-03-01", "[]"),
		        WINDOW("L1", "2026-01-01", "2026-03-01", "[{'id':'b'," B "}]") },
		    " | -a" },
		{ "a record outside the window is used",
		    { WINDOW(
		        "L1", "2026-01-01", "2026-01-02", "[{'id':'a'," A "},{'id':'b'," A "}]") },
		    " | ~b" },
	};

	check(rows, COUNT(rows));
}

Test(missing, a_nameless_record_spoils_its_scope_alone)
{
	static const struct missing_case rows[] = {
		{ "no id", { CUSTOMERS("[{'id':'c1'},{}]") }, " |" },
		{ "no json", { CUSTOMERS("[{'id':'c1'},{'id':}]") }, " |" },
		{ "an empty place", { CUSTOMERS("[{'id':'c1'},,null]") }, " |" },
		{ "null is no record", { CUSTOMERS("[{'id':'c1'},null]") }, "-c2 -c3 |" },
		{ "in another page of the scope",
		    { CUSTOMERS("[{'id':'c1'}]"), CUSTOMERS("[{'name':'x'}]") }, " |" },
		{ "in a page of another scope",
		    { CUSTOMERS("[{'id':'c1'}]"), SOME_CUSTOMERS("[{}]") }, "-c2 -c3 |" },
		{ "of another location", { ORDERS_AT("L1", "[]"), ORDERS_AT("L2", "[7]") },
		    " | -a -b" },
		{ "of another window",
		    { WINDOW("L1", "2026-01-01", "2026-02-01", "[7]"),
		        WINDOW("L1", "2026-02-01", "2026-03-01", "[]") },
		    " | -b" },
		{ "of orders, not of customers",
		    { CUSTOMERS("[]"), ORDERS_AT("L1", "[{'id':{}}]") }, "-c1 -c2 -c3 |" },
	};

	check(rows, COUNT(rows));
}

Test(missing, a_quarantined_record_with_an_id_is_there)
{
	static const struct missing_case rows[] = {
		{ "in the whole read", { ORDERS_AT("L1", "[{'id':'a','customerId':{}," A "}]") },
		    " | -b" },
		{ "in a part",
		    { ORDERS_AT("L1", "[]"), SOME_ORDERS("[{'id':'b','totals':[]," B "}]") },
		    " | -a" },
		{ "an order in its window",
		    { WINDOW("L1", "2026-01-01", "2026-03-01", "[{'id':'a','createdAt':'?'}]") },
		    " | -b" },
		{ "an order at another location",
		    { ORDERS_AT("L1", "[]"),
		        ORDERS_AT("L2", "[{'id':'c'," A "},{'id':'b','voided':3," B "}]") },
		    " | -a" },
	};

	check(rows, COUNT(rows));
}

Test(missing, an_order_that_moved_belongs_to_its_new_location)
{
	static const struct page moved[] = { ORDERS_AT("L2", "[{'id':'a'," A "},{'id':'c'," A "}]"),
		{ 0 } };
	static const struct page first[] = { ORDERS_AT("L1", "[]"), { 0 } };
	static const struct page second[] = { ORDERS_AT("L2", "[]"), { 0 } };
	static const struct page window[] = { WINDOW("L2", "2026-01-01", "2026-01-02", "[]"),
		{ 0 } };
	struct account g;

	account_begin(&g);
	account_apply(&g, base);
	account_apply(&g, moved);
	account_expect(&g, first, " | -b");
	account_expect(&g, window, " | -a -c");
	account_expect(&g, second, " | -a -c");
	account_end(&g);
}

#define MANY 200000

/* As many orders at L1, a microsecond apart; the number of L1. */
static uint32_t
apply_many(struct account *g)
{
	struct page pages[2] = { ORDERS_AT("L1", NULL), { 0 } };
	struct buf b = { 0 };

	for (int i = 0; i < MANY; i++)
		buf_printf(&b, "%s{'id':'%06d','createdAt':'2026-01-01T00:00:00.%06d'}",
		    i > 0 ? "," : "[", i, i);
	buf_char(&b, ']');
	pages[0].text = str_z(&g->a, buf_view(&b));
	buf_release(&b);
	account_apply(g, pages);
	return g->source.locations[0];
}

/* As many pages, each a window that holds one moment, that of every other
 * order; then one of all orders of another location. */
static void
describe_many(struct arena *a, struct manifest *m, uint32_t *locations, uint32_t location)
{
	int64_t first;

	cr_assert(timestamp_parse(STR("2026-01-01"), &first));
	m->pages = arena_zero(a, MANY + 1, sizeof(*m->pages));
	for (size_t i = 0; i <= MANY; i++) {
		struct manifest_page *p = &m->pages[i];

		p->resource = RESOURCE_ORDERS;
		p->scope.kind = i < MANY ? SCOPE_CREATED : SCOPE_ALL;
		p->scope.from = first + 2 * (int64_t)i;
		p->scope.to = p->scope.from + 1;
		locations[i] = i < MANY ? location : location + 1;
	}
}

/* Of windows alone each is looked into, with the last page all that is known
 * is walked over. */
Test(missing, what_a_record_without_an_id_keeps_is_counted)
{
	static const struct {
		struct page pages[4];
		const char *want;
		uint64_t held_back[ENTITIES];
	} rows[] = {
		{ { CUSTOMERS("[{'id':'c1'},1]") }, " |", { 2, 0 } },
		{ { CUSTOMERS("[{'id':'c1'},{'id':'c2','id':1}]") }, " |", { 2, 0 } },
		{ { CUSTOMERS("[{'id':'c1'}]"), SOME_CUSTOMERS("[1]") }, "-c2 -c3 |", { 0, 0 } },
		{ { CUSTOMERS("[1]"), ORDERS_AT("L1", "[1,{'id':'a'," A "}]") }, " |", { 3, 1 } },
		{ { ORDERS_AT("L1", "[1]"), ORDERS_AT("L2", "[]") }, " | -c", { 0, 2 } },
		{ { WINDOW("L1", "2026-01-01", "2026-01-02", "[1]") }, " |", { 0, 1 } },
		{ { WINDOW("L1", "2026-01-01", "2026-01-02", "[1]"),
		      WINDOW("L1", "2026-01-01", "2026-03-01", "[]") },
		    " | -a -b", { 0, 0 } },
		{ { WINDOW("L1", "2026-01-01", "2026-01-02", "[]"),
		      WINDOW("L1", "2026-01-01", "2026-03-01", "[1]") },
		    " | -a", { 0, 1 } },
		{ { ORDERS_AT("L1", "[1,{'id':'a','customerId':[]}]") }, " |", { 0, 1 } },
	};

	for (size_t i = 0; i < COUNT(rows) * COUNT(ways); i++) {
		size_t row = i / COUNT(ways);
		struct account g;

		account_begin(&g);
		g.way = ways[i % COUNT(ways)];
		account_apply(&g, base);
		account_judge(&g, rows[row].pages);
		cr_expect(str_eq(account_ops(&g), str_c(rows[row].want)), "row %zu: '%.*s'", row,
		    STR_ARG(account_ops(&g)));
		for (size_t k = 0; k < ENTITIES; k++)
			cr_expect(g.delta.held_back[k] == rows[row].held_back[k], "row %zu: %d",
			    row, (int)g.delta.held_back[k]);
		account_end(&g);
	}
}

Test(missing, two_hundred_thousand_windows_and_orders_take_no_quadratic_time, .timeout = 20)
{
	struct account g;
	struct manifest m = { 0 };
	struct read_snapshot nothing = { 0 };
	struct run run = { .manifest = &m };
	struct read_source source = { .run = &run };
	uint32_t *locations;
	struct missing gone;

	account_begin(&g);
	locations = arena_array(&g.a, MANY + 1, sizeof(*locations));
	describe_many(&g.a, &m, locations, apply_many(&g));
	nothing.pages = arena_zero(&g.a, MANY + 1, sizeof(*nothing.pages));
	source.locations = locations;
	for (m.n = MANY; m.n <= MANY + 1; m.n++) {
		cr_assert(
		    missing_find(&g.a, &g.s, &nothing, &source, ENTITY_ORDER, &gone, &g.e) == 0,
		    "%s", g.e.msg);
		cr_assert(gone.n == MANY / 2, "%zu", gone.n);
		for (size_t i = 0; i < gone.n; i++)
			cr_assert(
			    str_eq(gone.list[i].id, str_printf(&g.a, "%06zu", 2 * i)), "%zu", i);
	}
	account_end(&g);
}
