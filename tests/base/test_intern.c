/* Goal: each text has one number, given out in the order of arrival. */
#include "base/intern.h"

#include <stdio.h>

#include <criterion/criterion.h>

#define MANY 20000U

static struct str
word(char *out, unsigned i)
{
	return str_of(out, (size_t)snprintf(out, 16, "w%u", i));
}

Test(words, numbers_follow_the_order_of_arrival)
{
	struct intern w = { 0 };

	cr_expect(intern_add(&w, STR("b")) == 1);
	cr_expect(intern_add(&w, STR("a")) == 2);
	cr_expect(intern_add(&w, STR("b")) == 1, "known");
	cr_expect(intern_add(&w, STR("B")) == 3, "case counts");
	cr_expect(w.n == 4 && str_eq(w.texts[2], STR("a")));
	intern_release(&w);
}

Test(words, the_empty_text_is_number_0)
{
	struct intern w = { 0 };

	cr_expect(intern_add(&w, STR("")) == 0);
	cr_expect(intern_add(&w, (struct str){ 0 }) == 0);
	cr_expect(intern_find(&w, STR("")) == 0);
	cr_expect(intern_add(&w, STR("x")) == 1);
	cr_expect(w.texts[0].n == 0);
	intern_release(&w);
}

Test(words, an_unknown_text_is_not_found)
{
	struct intern w = { 0 };

	cr_expect(intern_find(&w, STR("x")) == 0, "in an empty set");
	intern_add(&w, STR("x"));
	cr_expect(intern_find(&w, STR("x")) == 1);
	cr_expect(intern_find(&w, STR("y")) == 0);
	cr_expect(intern_find(&w, STR("x\0y")) == 0, "no terminator counts");
	cr_expect(intern_add(&w, STR("x\0y")) == 2);
	intern_release(&w);
}

Test(words, numbers_stay_while_the_set_grows)
{
	struct intern w = { 0 };
	char text[16];

	for (unsigned i = 1; i <= MANY; i++)
		cr_assert(intern_add(&w, word(text, i)) == i, "%u", i);
	for (unsigned i = 1; i <= MANY; i++) {
		cr_assert(intern_find(&w, word(text, i)) == i, "%u", i);
		cr_assert(str_eq(w.texts[i], word(text, i)), "%u", i);
	}
	intern_release(&w);
}

/* Known ones, new ones, the empty one and some twice: the same numbers as one by one. */
Test(words, many_get_the_numbers_they_get_one_by_one)
{
	static char names[MANY][16];
	static struct str list[MANY];
	static uint32_t numbers[MANY];
	struct intern one = { 0 }, all = { 0 };

	for (unsigned i = 0; i < MANY; i++)
		list[i] = i % 100 == 0 ? STR("") : word(names[i], i * 7919 % (MANY / 3));
	for (size_t from = 0, n; from < MANY; from += n) {
		n = from % 7 * 131 < MANY - from ? from % 7 * 131 + 1 : 1;
		intern_add_all(&all, list + from, n, numbers + from);
	}
	intern_add_all(&all, NULL, 0, NULL);
	for (unsigned i = 0; i < MANY; i++)
		cr_assert(intern_add(&one, list[i]) == numbers[i], "%u", i);
	cr_expect(one.n == all.n);
	intern_release(&one);
	intern_release(&all);
}

Test(words, texts_are_copies)
{
	struct intern w = { 0 };
	char text[] = "one";

	intern_add(&w, str_c(text));
	text[0] = 'X';
	cr_expect(intern_find(&w, STR("one")) == 1);
	intern_release(&w);
}

Test(words, after_a_reset_numbers_begin_anew)
{
	struct intern w = { 0 };
	char text[16];

	for (unsigned i = 0; i < 1000; i++)
		intern_add(&w, word(text, i));
	intern_reset(&w);
	cr_expect(intern_find(&w, STR("w1")) == 0, "forgotten");
	cr_expect(intern_add(&w, STR("w999")) == 1);
	cr_expect(intern_add(&w, STR("w5")) == 2);
	intern_reset(&w);
	intern_release(&w);
	intern_reset(&w);
	cr_expect(intern_add(&w, STR("again")) == 1, "released, then used");
	intern_release(&w);
}

Test(words, sorted_by_bytes_without_the_empty_text)
{
	static const char *const texts[] = { "b", "", "a", "ab", "B", "a" };
	static const uint32_t want[] = { 4, 2, 3, 1 };
	struct intern w = { 0 };
	uint32_t n, *sorted = intern_sorted(&w, &n);

	cr_expect(n == 0, "none was ever added");
	mem_free(sorted);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		intern_add(&w, str_c(texts[i]));
	sorted = intern_sorted(&w, &n);
	cr_assert(n == 4, "%u", n);
	cr_expect(memcmp(sorted, want, sizeof(want)) == 0);
	mem_free(sorted);
	intern_release(&w);
}
