/* Goal: a long list comes out in order, equal ones as they stood, and a first snapshot too large
 * for one bucket and one piece is in every table as a small one is: with copies of an id, guests,
 * several locations and times that are the same, whatever the number of threads. */
#include "base/sort.h"
#include "delta/bulk_write.h"
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
		struct kv_cursor *c = kv_all(g.s.txn, tables[i], &g.e);
		struct str key, row;
		int rc;

		while ((rc = kv_next(c, &key, &row, &g.e)) > 0) {
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

Test(bulk_write, a_large_first_snapshot_is_the_same_by_any_number_of_threads)
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

Test(bulk_write, and_so_is_a_large_later_one)
{
	(void)expect_same(false);
}

/* Where orders came and went, names have numbers that go on from there, and a
 * location's is one of them. */
Test(bulk_write, locations_may_have_any_number)
{
	struct account g;
	struct page pages[3] = { { 0 } };

	account_begin(&g);
	g.s.words.last = UINT16_MAX;
	pages[0] = (struct page)ORDERS_AT("L2", page_text(&g, 0));
	pages[1] = (struct page)ORDERS_AT("L1", page_text(&g, 1));
	account_apply(&g, pages);
	cr_expect(g.s.totals.orders > ORDERS_N / 2);
	account_end(&g);
}

#define MOST 40000 /* ten buckets */

/* Page and index are all these copies have: the key and what tells them apart. */
static uint64_t
rough(const void *context, const struct seen *s)
{
	return s->page >> *(const int *)context;
}

static void
sort(void *context, const struct seen **list, size_t n)
{
	struct sort_key *keys = mem_alloc(n * sizeof(*keys));

	for (size_t i = 0; i < n; i++)
		keys[i] = (struct sort_key){ list[i]->page, (uintptr_t)list[i] };
	sort_keys(keys, n);
	for (size_t i = 0; i < n; i++)
		list[i] = (const struct seen *)(uintptr_t)keys[i].at;
	mem_free(keys);
}

static uint32_t
key_of(int kind, uint32_t i, uint64_t *seed)
{
	uint32_t drawn;

	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	drawn = (uint32_t)(*seed >> 17 ^ *seed << 13);
	switch (kind) {
	case 0:
		return drawn;
	case 1:
		return i;
	case 2:
		return MOST - i;
	case 3:
		return 7; /* all the same */
	case 4:
		return i % 97 == 0 ? drawn : 1000; /* most the same */
	default:
		return drawn % 3 * 0x7fffffff; /* three */
	}
}

static void
expect_sorted(const struct seen *const *to, size_t n, int kind, size_t jobs)
{
	for (size_t i = 1; i < n; i++)
		cr_assert(to[i - 1]->page < to[i]->page ||
		              (to[i - 1]->page == to[i]->page && to[i - 1] < to[i]),
		    "kind %d, %zu jobs, place %zu of %zu", kind, jobs, i, n);
}

Test(bulk_write, every_entry_of_a_long_list_is_in_its_place)
{
	static const size_t sizes[] = { 0, 1, 2, 4095, 8191, 8192, 12289, MOST };
	static const struct bulk_order by = { rough, sort };
	struct seen *all = mem_zero(MOST, sizeof(*all));
	const struct seen **from = mem_alloc(MOST * sizeof(*from));
	const struct seen **to = mem_alloc(MOST * sizeof(*to));
	uint64_t seed = 1;
	struct err e = ERR_INIT;

	for (int kind = 0; kind < 6; kind++) {
		for (uint32_t i = 0; i < MOST; i++) {
			all[i].page = key_of(kind, i, &seed);
			from[i] = &all[i];
		}
		for (size_t jobs = 1; jobs <= 5; jobs++)
			for (size_t i = 0; i < COUNT(sizes); i++) {
				int shift = (int)(jobs % 3) * 8;

				cr_assert(bulk_write_sort(
				              &by, &shift, from, to, sizes[i], jobs, &e) == 0);
				expect_sorted(to, sizes[i], kind, jobs);
			}
	}
	mem_free(all);
	mem_free(from);
	mem_free(to);
}
