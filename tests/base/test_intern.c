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
	struct words w = { 0 };

	cr_expect(words_add(&w, STR("b")) == 1);
	cr_expect(words_add(&w, STR("a")) == 2);
	cr_expect(words_add(&w, STR("b")) == 1, "known");
	cr_expect(words_add(&w, STR("B")) == 3, "case counts");
	cr_expect(w.n == 4 && str_eq(w.texts[2], STR("a")));
	words_release(&w);
}

Test(words, the_empty_text_is_number_0)
{
	struct words w = { 0 };

	cr_expect(words_add(&w, STR("")) == 0);
	cr_expect(words_add(&w, (struct str){ 0 }) == 0);
	cr_expect(words_find(&w, STR("")) == 0);
	cr_expect(words_add(&w, STR("x")) == 1);
	cr_expect(w.texts[0].n == 0);
	words_release(&w);
}

Test(words, an_unknown_text_is_not_found)
{
	struct words w = { 0 };

	cr_expect(words_find(&w, STR("x")) == 0, "in an empty set");
	words_add(&w, STR("x"));
	cr_expect(words_find(&w, STR("x")) == 1);
	cr_expect(words_find(&w, STR("y")) == 0);
	cr_expect(words_find(&w, STR("x\0y")) == 0, "no terminator counts");
	cr_expect(words_add(&w, STR("x\0y")) == 2);
	words_release(&w);
}

Test(words, numbers_stay_while_the_set_grows)
{
	struct words w = { 0 };
	char text[16];

	for (unsigned i = 1; i <= MANY; i++)
		cr_assert(words_add(&w, word(text, i)) == i, "%u", i);
	for (unsigned i = 1; i <= MANY; i++) {
		cr_assert(words_find(&w, word(text, i)) == i, "%u", i);
		cr_assert(str_eq(w.texts[i], word(text, i)), "%u", i);
	}
	words_release(&w);
}

Test(words, texts_are_copies)
{
	struct words w = { 0 };
	char text[] = "one";

	words_add(&w, str_c(text));
	text[0] = 'X';
	cr_expect(words_find(&w, STR("one")) == 1);
	words_release(&w);
}

Test(words, after_a_reset_numbers_begin_anew)
{
	struct words w = { 0 };
	char text[16];

	for (unsigned i = 0; i < 1000; i++)
		words_add(&w, word(text, i));
	words_reset(&w);
	cr_expect(words_find(&w, STR("w1")) == 0, "forgotten");
	cr_expect(words_add(&w, STR("w999")) == 1);
	cr_expect(words_add(&w, STR("w5")) == 2);
	words_reset(&w);
	words_release(&w);
	words_reset(&w);
	cr_expect(words_add(&w, STR("again")) == 1, "released, then used");
	words_release(&w);
}
