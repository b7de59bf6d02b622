/* Goal: a delta is in every table of the state afterwards, the totals with it,
 * and by whatever way a state was reached, it is the same. */
#include "delta/apply.h"

#include "support/account.h"

#define SOLD(id, customer, more)                                                                   \
	"{'id':'" id "','customerId':'" customer                                                   \
	"','createdAt':'2026-01-01','orderStatus':'sold','totals':{"                               \
	"'finalTotal':1}" more "}"

static uint64_t
rows_of(struct account *g, enum state_table table)
{
	uint64_t n = 0;

	cr_assert(kv_count(g->s.txn, table, &n, &g->e) == 0);
	return n;
}

/* All entries of the tables that say what is known now. */
static struct sha256
fingerprint(struct account *g)
{
	static const enum state_table tables[] = { TABLE_CUSTOMERS, TABLE_ORDERS, TABLE_SALES,
		TABLE_CREATED, TABLE_PROFILES, TABLE_UNATTRIBUTED };
	struct buf b = { 0 };
	struct sha256 out;

	for (size_t i = 0; i < COUNT(tables); i++) {
		struct kv_cursor *c = kv_all(g->s.txn, tables[i], &g->e);
		struct str key, value;
		int rc;

		while ((rc = kv_next(c, &key, &value, &g->e)) > 0) {
			buf_printf(&b, "%zu %zu ", key.n, value.n);
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

static void
expect_affected(struct account *g, const char *want)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < g->result.n; i++) {
		buf_z(&b, i > 0 ? " " : "");
		buf_str(&b, g->result.ids[i]);
	}
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%.*s, not %s", STR_ARG(buf_view(&b)), want);
	buf_release(&b);
}

Test(apply, an_order_is_in_all_its_tables_or_in_none)
{
	static const struct page first[] = {
		ORDERS("[" SOLD("1", "b", "") "," SOLD("2", "a", "") "]"), { 0 }
	};
	static const struct page moved[] = {
		ORDERS("[" SOLD("1", "a", "") "," SOLD("2", "", "") "]"), { 0 }
	};
	static const struct page none[] = { ORDERS("[]"), { 0 } };
	static const struct page *const steps[] = { first, moved, none };
	static const uint64_t want[] = { 2, 2, 0 };
	struct account g;

	account_begin(&g);
	for (size_t i = 0; i < COUNT(steps); i++) {
		account_apply(&g, steps[i]);
		cr_expect(rows_of(&g, TABLE_ORDERS) == want[i], "%zu", i);
		cr_expect(rows_of(&g, TABLE_SALES) == want[i], "%zu", i);
		cr_expect(rows_of(&g, TABLE_CREATED) == want[i], "%zu", i);
		cr_expect(g.s.totals.orders == want[i], "%zu", i);
	}
	cr_expect(g.s.totals.completed == 0 && g.s.totals.guest == 0);
	cr_expect(g.s.totals.guest_orders == 0);
	cr_expect(rows_of(&g, TABLE_UNATTRIBUTED) == 0);
	account_end(&g);
}

Test(apply, the_customers_of_changed_orders_are_affected)
{
	static const struct {
		const char *what;
		struct page pages[3];
		const char *want;
	} rows[] = {
		{ "an order moves", { SOME_ORDERS("[" SOLD("1", "z", "") "]") }, "a z" },
		{ "an order changes", { SOME_ORDERS("[" SOLD("2", "b", ",'x':1") "]") }, "b" },
		{ "an order is gone", { ORDERS("[" SOLD("1", "a", "") "]") }, "b" },
		{ "a guest order comes", { SOME_ORDERS("[" SOLD("3", "", "") "]") }, "" },
		{ "a customer changes", { SOME_CUSTOMERS("[{'id':'a','x':1}]") }, "a" },
		{ "a customer is gone", { CUSTOMERS("[{'id':'b'}]") }, "a" },
		{ "both",
		    { SOME_CUSTOMERS("[{'id':'a','x':1}]"),
		        SOME_ORDERS("[" SOLD("1", "a", ",'x':1") "]") },
		    "a" },
		{ "nothing", { CUSTOMERS("[{'id':'a'},{'id':'b'}]") }, "" },
		{ "nothing but the text", { SOME_CUSTOMERS("[{ 'id':'a'}]") }, "" },
	};
	static const struct page base[] = { CUSTOMERS("[{'id':'a'},{'id':'b'}]"),
		ORDERS("[" SOLD("1", "a", "") "," SOLD("2", "b", "") "]"), { 0 } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct account g;

		account_begin(&g);
		account_apply(&g, base);
		expect_affected(&g, "a b");
		account_apply(&g, rows[i].pages);
		expect_affected(&g, rows[i].want);
		account_end(&g);
	}
}

Test(apply, unknown_fields_are_those_of_added_and_changed_records)
{
	static const struct page first[] = { CUSTOMERS("[{'id':'a','new':1},{'id':'b','also':1},"
		                                       "{'id':'b'}]"),
		ORDERS("[" SOLD("1", "a", ",'itemsInCart':[{'z':1},{'z':2}]") "]"), { 0 } };
	static const struct page next[] = {
		CUSTOMERS("[{ 'id':'a','new':1.0},{'id':'b','other':1}]"), { 0 }
	};
	struct account g;

	account_begin(&g);
	account_apply(&g, first);
	cr_assert(g.result.unknown_n == 2, "a losing copy's do not count");
	cr_expect(str_eq(g.result.unknown_fields[0], STR("/customer/new")));
	cr_expect(str_eq(g.result.unknown_fields[1], STR("/order/itemsInCart/*/z")));
	account_apply(&g, next);
	cr_assert(g.result.unknown_n == 1);
	cr_expect(str_eq(g.result.unknown_fields[0], STR("/customer/other")));
	account_end(&g);
}

Test(apply, a_state_built_in_steps_equals_one_built_at_once)
{
	static const struct page at_once[] = { CUSTOMERS("[{'id':'a'},{'id':'aa'},{'id':'b'}]"),
		ORDERS_AT("L1",
		    "[" SOLD("1", "a", "") "," SOLD("10", "aa", "") "," SOLD("2", "", "") "]"),
		{ 0 } };
	/* the same pages at last, and everything else in between; but the
	 * same buyers, for they are numbered as they come */
	static const struct page detour1[] = { CUSTOMERS("[{'id':'zz'},{'id':'b','n':1}]"),
		ORDERS_AT("L1", "[" SOLD("9", "a", "") "," SOLD("1", "aa", "") "]"), { 0 } };
	static const struct page detour2[] = { CUSTOMERS("[]"), ORDERS_AT("L1", "[]"), { 0 } };
	struct account g, h;
	struct sha256 x, y;

	account_begin(&g);
	account_apply(&g, detour2);
	account_apply(&g, detour2);
	account_apply(&g, at_once);
	account_begin(&h);
	account_apply(&h, detour1);
	account_apply(&h, detour2);
	account_apply(&h, at_once);
	x = fingerprint(&g);
	y = fingerprint(&h);
	cr_expect(strcmp(x.hex, y.hex) == 0);
	cr_expect(memcmp(&g.s.totals, &h.s.totals, sizeof(g.s.totals)) == 0);
	account_end(&g);
	account_end(&h);
}

Test(apply, the_breaker_trips_above_its_share_and_ten_records_or_all)
{
	static const struct {
		const char *percent;
		uint64_t known, removed;
		bool trips;
	} rows[] = {
		{ "10", 100, 10, false },
		{ "10", 100, 11, true },
		{ "10", 99, 10, true },
		{ "10", 9, 9, true }, /* all there are */
		{ "10", 9, 8, false },
		{ "10", 1, 1, true },
		{ "100", 1, 1, false },
		{ "10", 10, 10, true },
		{ "0", 1000, 9, false },
		{ "0", 1000, 10, true },
		{ "100", 20, 20, false },
		{ "12.5", 80, 10, false },
		{ "12.5", 80, 11, true },
		{ "0.01", 100000, 10, false },
		{ "0.01", 100000, 11, true },
		{ "10", 0, 0, false },
	};
	struct err e = ERR_INIT;

	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t entity = 0; entity < ENTITIES; entity++) {
			struct record_settings settings = { .breaker_percent =
				                                str_c(rows[i].percent) };
			struct state s = { 0 };
			struct delta d = { 0 };
			int rc;

			if (entity == ENTITY_CUSTOMER)
				s.totals.customers = rows[i].known;
			else
				s.totals.orders = rows[i].known;
			d.counts[entity][DELTA_REMOVED] = rows[i].removed;
			rc = apply_breaker(&s, &d, &settings, &e);
			cr_expect(rc == (rows[i].trips ? -1 : 0), "row %zu", i);
			if (rc < 0)
				cr_expect(e.kind == ERR_BREAKER);
		}
	}
}

Test(apply, a_sum_that_is_too_large_is_an_error_not_another_sum)
{
	static const struct page pages[] = { ORDERS("[" SOLD("1", "a", "") "]"), { 0 } };
	struct account g;

	account_begin(&g);
	g.s.totals.completed = INT64_MAX;
	account_judge(&g, pages);
	cr_expect(apply_delta(&g.a, &g.s, &g.source, &g.in, &g.delta, &g.result, &g.e) == -1);
	cr_expect(g.e.kind == ERR_FAILED, "%s", g.e.msg);
	account_end(&g);
}

Test(apply, the_longest_ids_fit)
{
	struct account g;
	struct buf b = { 0 };
	struct page pages[3] = { { 0 } };
	char id[241];

	memset(id, 'i', 240);
	id[240] = '\0';
	account_begin(&g);
	buf_printf(&b, "[{'id':'%s'}]", id);
	pages[0] = (struct page)SOME_CUSTOMERS(str_z(&g.a, buf_view(&b)));
	buf_reset(&b);
	buf_printf(&b,
	    "[{'id':'%s','customerId':'%s',"
	    "'createdAt':'2026-01-01'}]",
	    id, id);
	pages[1] = (struct page)SOME_ORDERS(str_z(&g.a, buf_view(&b)));
	account_apply(&g, pages);
	account_apply(&g, pages);
	cr_expect(g.s.totals.orders == 1);
	cr_expect(str_eq(account_profile(&g, id).id, str_c(id)));
	buf_release(&b);
	account_end(&g);
}
