/* Goal: copies come out by id, each id once with its last one, whatever ids look like and however
 * many threads there are. */
#include "delta/merge.h"

#include <criterion/criterion.h>

#include "base/arena.h"

#define MOST 20000 /* buckets enough */

/* Most begin alike, some with less or more than that, some with a part of it;
 * every ninth is a copy of another. */
static struct str
id_of(struct arena *a, uint32_t i)
{
	static const char *const odd[] = { "", "order", "order-", "a", "zzz", "order-\xff",
		"orders", "0" };
	uint32_t at = i % 9 == 8 ? i / 2 : i, x = at * 7919 % MOST;

	/* so that none of them is among those that tell what ids begin with */
	if (at % 64 == 63)
		return str_printf(a, "%s%u", odd[at / 64 % 8], x);
	return str_printf(a, x % 2 ? "order-%06u" : "order-1%u", x);
}

static struct buf
make(struct arena *a, uint32_t n)
{
	struct buf b = { 0 };

	for (uint32_t i = 0; i < n; i++) {
		struct seen head = { .page = i / 100,
			.index = i % 100 & 0xff,
			.form = i % 3 == 0 ? SEEN_NEW : SEEN_SAME };

		seen_add(&b, &head, id_of(a, i), STR(""), STR(""), NULL);
	}
	return b;
}

static bool
is_before(const struct seen *x, const struct seen *y)
{
	return x->page != y->page ? x->page < y->page : x->index < y->index;
}

/* The last copy of each, looked for one by one. */
static void
expect_last(const struct merged *m, const struct seen *const *all, size_t n)
{
	for (size_t i = 0; i < n; i += 7) {
		size_t low = 0, high = m->n;

		while (low + 1 < high) {
			size_t mid = low + (high - low) / 2;

			if (str_cmp(seen_id(m->seen[mid]), seen_id(all[i])) <= 0)
				low = mid;
			else
				high = mid;
		}
		cr_assert(str_eq(seen_id(m->seen[low]), seen_id(all[i])));
		cr_assert(!is_before(m->seen[low], all[i]), "%zu", i);
	}
}

static void
expect_merged(const struct buf *b, size_t n, size_t jobs)
{
	const struct seen *s = (const void *)b->p;
	const struct seen **all = mem_alloc(n * sizeof(*all));
	const struct seen **kept = mem_alloc(n * sizeof(*kept));
	size_t forms[SEEN_FORMS] = { 0 };
	struct merged m;
	struct err e = ERR_INIT;

	for (size_t i = 0; i < n; i++) {
		all[i] = kept[i] = s;
		s = seen_following(s);
	}
	cr_assert(merge_copies(all, n, jobs, &m, &e) == 0);
	for (size_t i = 0; i < m.n; i++) {
		forms[m.seen[i]->form]++;
		cr_assert(i == 0 || str_cmp(seen_id(m.seen[i - 1]), seen_id(m.seen[i])) < 0,
		    "place %zu of %zu, %zu jobs", i, m.n, jobs);
	}
	cr_expect(memcmp(forms, m.forms, sizeof(forms)) == 0);
	expect_last(&m, kept, n);
	cr_expect(m.n + m.superseded_n == n);
	for (size_t i = 0; i < m.superseded_n; i++)
		cr_assert(
		    i == 0 || str_cmp(seen_id(m.superseded[i - 1]), seen_id(m.superseded[i])) <= 0);
	mem_free(m.seen);
	mem_free(m.superseded);
	mem_free(kept);
}

Test(merge, each_id_is_there_once_in_order_with_its_last_copy)
{
	static const uint32_t sizes[] = { 0, 1, 2, 100, 9000, MOST };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct arena a = { 0 };
		struct buf b = make(&a, sizes[i]);

		for (size_t jobs = 1; jobs <= 3; jobs++)
			expect_merged(&b, sizes[i], jobs);
		buf_release(&b);
		arena_release(&a);
	}
}
