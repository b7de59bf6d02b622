/* Goal: a first snapshot too large for one bucket and one piece is in every
 * table as a small one is, whatever the number of threads, with copies of an
 * id, guests, several locations and times that are the same. */
#include "support/account.h"

#define ORDERS_N 9000 /* more than two buckets; in two pages */

/* Numbers in an order that is nobody's; every tenth id again in the second
 * page. */
static const char *
page_text(struct account *g, int page)
{
	struct buf b = { 0 };
	const char *text;

	buf_z(&b, "[");
	for (int i = page; i < ORDERS_N; i += 2) {
		int id = (i - (page == 1 && i % 20 == 1)) * 7919 % ORDERS_N;
		struct str customer =
		    i % 5 == 0 ? STR("") : str_printf(&g->a, "%.*s%d", 1 + i % 3, "ccc", i % 400);

		buf_printf(&b,
		    "%s{'id':'%s%d','customerId':'%.*s','createdAt':"
		    "'2026-01-%02dT00:00:%02dZ','orderStatus':'%s','totals':{"
		    "'finalTotal':%d.%02d}}",
		    i > page ? "," : "", id % 3 ? "" : "x", id, STR_ARG(customer), 1 + i % 28,
		    i % 4, i % 7 ? "sold" : "cancelled", i, i % 100);
	}
	buf_z(&b, "]");
	text = str_z(&g->a, buf_view(&b));
	buf_release(&b);
	return text;
}

static struct sha256
state_of(size_t jobs, bool is_first, struct totals *totals)
{
	static const enum state_table tables[] = { TABLE_ORDERS, TABLE_SALES, TABLE_CREATED,
		TABLE_WORDS, TABLE_UNATTRIBUTED };
	struct account g;
	struct page pages[3] = { { 0 } };
	struct page small[] = { ORDERS_AT("L1", "[{'id':'0','createdAt':"
		                                "'2026-01-01'}]"),
		{ 0 } };
	struct buf b = { 0 };
	struct sha256 out;

	account_begin(&g);
	g.jobs = jobs;
	if (!is_first)
		account_apply(&g, small);
	pages[0] = (struct page)ORDERS_AT("L2", page_text(&g, 0));
	pages[1] = (struct page)ORDERS_AT("L1", page_text(&g, 1));
	account_apply(&g, pages);
	for (size_t i = 0; i < COUNT(tables); i++) {
		struct kv_cur *c = kv_cursor(g.s.txn, tables[i], &g.e);
		struct str key, row;
		int rc = kv_seek(c, STR(""), &key, &row, &g.e);

		for (; rc > 0; rc = kv_next(c, &key, &row, &g.e)) {
			buf_str(&b, key);
			buf_str(&b, row);
		}
		cr_assert(rc == 0);
		kv_cursor_close(c);
	}
	*totals = g.s.totals;
	out = sha256_of(buf_view(&b));
	buf_release(&b);
	account_end(&g);
	return out;
}

static struct totals
expect_same(bool is_first)
{
	struct totals first, now;
	struct sha256 want = state_of(1, is_first, &first);

	for (size_t jobs = 2; jobs <= 5; jobs++) {
		struct sha256 have = state_of(jobs, is_first, &now);

		cr_expect_str_eq(have.hex, want.hex, "%zu jobs", jobs);
		cr_expect(memcmp(&now, &first, sizeof(now)) == 0, "%zu jobs", jobs);
	}
	return first;
}

Test(bulk, a_large_first_snapshot_is_the_same_by_any_number_of_threads)
{
	struct totals t = expect_same(true);
	uint64_t orders = 0, guests = 0;
	int64_t cents = 0, guest = 0;

	/* by hand: of two copies that in the second page counts, which has odd
	 * numbers */
	for (int i = 0; i < ORDERS_N; i++) {
		bool is_copied = i % 2 == 0 && i % 20 == 0 && i + 1 < ORDERS_N;
		int64_t total = i % 7 ? i * 100 + i % 100 : 0;

		if (is_copied)
			continue;
		orders++;
		guests += i % 5 == 0;
		cents += total;
		guest += i % 5 == 0 ? total : 0;
	}
	cr_expect(t.orders == orders, "%llu", (unsigned long long)t.orders);
	cr_expect(t.completed == cents && t.guest == guest);
	cr_expect(t.guest_orders == guests);
}

Test(bulk, and_so_is_a_large_later_one)
{
	(void)expect_same(false);
}

/* Where orders came and went, names have numbers that go on from there, and a
 * location's is one of them. */
Test(bulk, locations_may_have_any_number)
{
	struct account g;
	struct page pages[3] = { { 0 } };

	account_begin(&g);
	g.s.totals.names = UINT16_MAX;
	pages[0] = (struct page)ORDERS_AT("L2", page_text(&g, 0));
	pages[1] = (struct page)ORDERS_AT("L1", page_text(&g, 1));
	account_apply(&g, pages);
	cr_expect(g.s.totals.orders > ORDERS_N / 2);
	account_end(&g);
}
