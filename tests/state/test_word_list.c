/* Goal: a list of words has each of them once, in the order of their texts. */
#include "state/word_list.h"

#include "support/account.h"

/* Numbers of "b", "a" and a text longer than a key. */
static uint32_t numbers[3];

static void
begin(struct account *g)
{
	static char text[600];
	const struct str texts[] = { STR("b"), STR("a"), str_of(text, sizeof(text)) };

	memset(text, 'a', sizeof(text));
	account_begin(g);
	for (size_t i = 0; i < COUNT(texts); i++)
		cr_assert(dictionary_put(&g->s.names, g->s.txn, texts[i], &g->s.totals.names,
		              &numbers[i], &g->e) == 0);
}

Test(word_list, each_once_by_the_bytes_of_its_text)
{
	struct account g;
	struct str *texts, *again;
	uint32_t *words, from[6];
	size_t n;

	begin(&g);
	from[0] = from[3] = numbers[0];
	from[1] = from[4] = 0;
	from[2] = numbers[2];
	from[5] = numbers[1];
	cr_assert(word_list_make(&g.a, &g.s, from, COUNT(from), &texts, &words, &n, &g.e) == 0);
	cr_assert(n == 3);
	cr_expect(words[0] == numbers[1] && words[1] == numbers[2] && words[2] == numbers[0]);
	cr_expect(str_eq(texts[0], STR("a")) && texts[1].n == 600 && str_eq(texts[2], STR("b")));
	cr_assert(word_list_texts(&g.a, &g.s, words, n, &again, &g.e) == 0);
	for (size_t i = 0; i < n; i++)
		cr_expect(str_eq(texts[i], again[i]), "%zu", i);
	account_end(&g);
}

Test(word_list, of_nothing_there_is_an_empty_one)
{
	struct account g;
	struct str *texts;
	uint32_t *words, none[] = { 0, 0 };
	size_t n;

	begin(&g);
	cr_assert(word_list_make(&g.a, &g.s, none, 2, &texts, &words, &n, &g.e) == 0);
	cr_expect(n == 0);
	cr_assert(word_list_make(&g.a, &g.s, NULL, 0, &texts, &words, &n, &g.e) == 0);
	cr_expect(n == 0);
	account_end(&g);
}

Test(word_list, a_word_nobody_has_is_a_broken_state)
{
	static const uint32_t rows[] = { 0, 4, UINT32_MAX };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct account g;
		struct str *texts;
		uint32_t *words;
		size_t n;

		begin(&g);
		cr_expect(word_list_texts(&g.a, &g.s, &rows[i], 1, &texts, &g.e) == -1);
		cr_expect(g.e.kind == ERR_FAILED, "%zu", i);
		g.e = (struct err)ERR_INIT;
		cr_expect((word_list_make(&g.a, &g.s, &rows[i], 1, &texts, &words, &n, &g.e) ==
		              -1) == (rows[i] != 0),
		    "%zu", i);
		account_end(&g);
	}
}
