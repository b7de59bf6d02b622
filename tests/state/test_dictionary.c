/* Goal: a word has one number, also a word longer than a key, and the numbers
 * are still its own when the state is opened again. */
#include "state/dictionary.h"

#include "support/account.h"

static uint32_t
put(struct account *g, struct str text)
{
	uint32_t number = 0;

	cr_assert(
	    dictionary_put(&g->s.names, g->s.txn, text, &g->s.totals.names, &number, &g->e) == 0,
	    "%s", g->e.msg);
	return number;
}

static uint32_t
find(struct account *g, struct str text)
{
	uint32_t number = 99;

	cr_assert(
	    dictionary_find(&g->s.names, g->s.txn, text, &number, &g->e) == 0, "%s", g->e.msg);
	return number;
}

static struct str
text_of(struct account *g, uint32_t number)
{
	struct str text;

	cr_assert(
	    dictionary_text(&g->s.names, g->s.txn, number, &text, &g->e) == 0, "%s", g->e.msg);
	return text;
}

/* Commit, close, open: nothing is remembered but what is stored. */
static void
reopen(struct account *g)
{
	cr_assert(state_commit(&g->s, &g->e) == 0, "%s", g->e.msg);
	state_close(&g->s);
	cr_assert(state_open(&g->s, g->dir, true, &g->e) == 1, "%s", g->e.msg);
}

static struct str
long_text(struct account *g, size_t n, char last)
{
	char *p = arena_alloc(&g->a, n);

	memset(p, 'x', n);
	p[n - 1] = last;
	return str_of(p, n);
}

Test(names, numbers_count_up_from_one)
{
	struct account g;

	account_begin(&g);
	cr_expect(find(&g, STR("b")) == 0, "none yet");
	cr_expect(put(&g, STR("b")) == 1);
	cr_expect(put(&g, STR("a")) == 2);
	cr_expect(put(&g, STR("b")) == 1, "known");
	cr_expect(put(&g, STR("B")) == 3);
	cr_expect(g.s.totals.names == 3);
	account_end(&g);
}

Test(names, the_empty_text_has_number_0)
{
	struct account g;

	account_begin(&g);
	cr_expect(put(&g, STR("")) == 0 && find(&g, STR("")) == 0);
	cr_expect(text_of(&g, 0).n == 0);
	cr_expect(g.s.totals.names == 0);
	account_end(&g);
}

Test(names, numbers_outlive_the_process)
{
	struct account g;

	account_begin(&g);
	put(&g, STR("one"));
	put(&g, STR("two"));
	reopen(&g);
	cr_expect(str_eq(text_of(&g, 2), STR("two")));
	cr_expect(find(&g, STR("one")) == 1);
	cr_expect(put(&g, STR("three")) == 3);
	cr_expect(put(&g, STR("two")) == 2);
	account_end(&g);
}

Test(names, a_word_may_be_longer_than_a_key)
{
	static const size_t sizes[] = { KV_KEY_MAX - 1, KV_KEY_MAX, KV_KEY_MAX + 1, 64 * 1024,
		1 << 20 };
	struct account g;

	account_begin(&g);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		uint32_t n = put(&g, long_text(&g, sizes[i], 'a'));

		cr_expect(put(&g, long_text(&g, sizes[i], 'b')) == n + 1,
		    "only the last byte of %zu differs", sizes[i]);
	}
	reopen(&g);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct str a = long_text(&g, sizes[i], 'a');

		cr_expect(find(&g, a) == 2 * i + 1, "%zu", sizes[i]);
		cr_expect(str_eq(text_of(&g, (uint32_t)(2 * i + 1)), a), "%zu", sizes[i]);
	}
	account_end(&g);
}

Test(names, the_digest_of_a_long_word_is_another_word)
{
	struct account g;
	struct str text;
	struct sha256 digest;

	account_begin(&g);
	text = long_text(&g, KV_KEY_MAX + 1, 'a');
	digest = sha256_of(text);
	cr_expect(put(&g, text) == 1);
	cr_expect(put(&g, str_c(digest.hex)) == 2);
	reopen(&g);
	cr_expect(find(&g, text) == 1);
	cr_expect(find(&g, str_c(digest.hex)) == 2);
	account_end(&g);
}

Test(names, views_stay_while_more_words_come)
{
	struct account g;
	struct str first;
	char text[16];

	account_begin(&g);
	put(&g, STR("first"));
	reopen(&g);
	first = text_of(&g, 1);
	for (int i = 0; i < 5000; i++)
		put(&g, str_of(text, (size_t)snprintf(text, 16, "w%d", i)));
	cr_expect(str_eq(first, STR("first")));
	cr_expect(str_eq(text_of(&g, 5001), STR("w4999")));
	account_end(&g);
}

Test(names, a_number_nobody_gave_out_is_a_broken_state)
{
	struct account g;
	struct str text;

	account_begin(&g);
	cr_expect(dictionary_text(&g.s.names, g.s.txn, 7, &text, &g.e) == -1);
	cr_expect(g.e.kind == ERR_FAILED && g.e.advice[0] != '\0');
	account_end(&g);
}

Test(names, in_a_round_each_number_comes_first_once)
{
	struct dictionary n = { 0 };

	for (int i = 0; i < 3; i++) {
		dictionary_round(&n);
		cr_expect(dictionary_first(&n, 1) && !dictionary_first(&n, 1));
		cr_expect(dictionary_first(&n, 70000) && !dictionary_first(&n, 70000));
		cr_expect(dictionary_first(&n, 2));
	}
	n.round = UINT32_MAX;
	dictionary_round(&n);
	cr_expect(dictionary_first(&n, 1) && !dictionary_first(&n, 1),
	    "a counter that begins anew repeats no round");
	dictionary_release(&n);
}
