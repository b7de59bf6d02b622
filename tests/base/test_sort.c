/* Goal: large lists come out as a plain sort would have them, equal ones as
 * they stood. */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/sort.h"

/* The same numbers in every run. */
static uint64_t
draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *seed >> 17 ^ *seed << 13;
}

static void
expect_sorted(const struct sort_key *list, size_t n)
{
	for (size_t i = 1; i < n; i++)
		cr_assert(list[i - 1].key < list[i].key ||
		              (list[i - 1].key == list[i].key && list[i - 1].at < list[i].at),
		    "place %zu of %zu", i, n);
}

Test(sort, keys_are_in_order_and_equal_ones_as_they_stood)
{
	static const uint64_t masks[] = { UINT64_MAX, 0, 1, 0xff00, UINT64_C(0xff000000000000ff),
		0xfff };
	uint64_t seed = 1;

	for (size_t m = 0; m < sizeof(masks) / sizeof(masks[0]); m++) {
		for (size_t n = 0; n < 3000; n = n * 3 + 1) {
			struct sort_key *list = mem_zero(n, sizeof(*list));

			for (size_t i = 0; i < n; i++)
				list[i] = (struct sort_key){ draw(&seed) & masks[m], i };
			sort_keys(list, n);
			expect_sorted(list, n);
			mem_free(list);
		}
	}
}

/* Texts over few letters, NUL among them, behind a prefix of their own. */
static struct str
draw_text(struct arena *a, uint64_t *seed, size_t prefix)
{
	static const char letters[] = { 'a', 'b', '\0', '\xff' };
	size_t n = prefix + draw(seed) % 12;
	char *p = arena_bytes(a, NULL, n);

	for (size_t i = 0; i < n; i++)
		p[i] = i < prefix ? 'x' : letters[draw(seed) % 4];
	return str_of(p, n);
}

Test(sort, texts_are_in_the_order_of_their_bytes)
{
	uint64_t seed = 2;

	for (size_t prefix = 0; prefix < 20; prefix += 3) {
		struct arena a = { 0 };
		size_t n = 2000;
		struct str *texts = arena_array(&a, n, sizeof(*texts));
		uint32_t *order = arena_array(&a, n, sizeof(*order));

		for (size_t i = 0; i < n; i++)
			texts[i] = draw_text(&a, &seed, prefix);
		sort_texts(texts, n, order);
		for (size_t i = 1; i < n; i++) {
			int c = str_cmp(texts[order[i - 1]], texts[order[i]]);

			cr_assert(c < 0 || (c == 0 && order[i - 1] < order[i]),
			    "prefix %zu, place %zu", prefix, i);
		}
		arena_release(&a);
	}
}

Test(sort, none_and_one_are_sorted)
{
	struct str one = STR("one"), none = STR("");
	uint32_t order[1] = { 7 };

	sort_texts(NULL, 0, order);
	cr_expect_eq(order[0], 7);
	sort_texts(&one, 1, order);
	cr_expect_eq(order[0], 0);
	order[0] = 7;
	sort_texts(&none, 1, order);
	cr_expect_eq(order[0], 0);
}
