/* Goal: a text has one number, also one longer than a key; numbers are still its own when the
 * state is opened again, and buyers get theirs snapshot after snapshot. */
#include "state/dictionary.h"

#include "support/account.h"

static uint32_t
put(struct account *g, struct str text)
{
	uint32_t number = 0;

	cr_assert(dictionary_put(&g->s.words, g->s.txn, text, &number, &g->e) == 0, "%s", g->e.msg);
	return number;
}

static uint32_t
find(struct account *g, struct dictionary *d, struct str text)
{
	uint32_t number = 99;

	cr_assert(dictionary_find(d, g->s.txn, text, &number, &g->e) == 0, "%s", g->e.msg);
	return number;
}

static struct str
text_of(struct account *g, struct dictionary *d, uint32_t number)
{
	struct str text;

	cr_assert(dictionary_text(d, g->s.txn, number, &text, &g->e) == 0, "%s", g->e.msg);
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

Test(words, a_damaged_number_is_found_out)
{
	struct account g;
	uint32_t number;

	account_begin(&g);
	cr_assert(kv_put(g.s.txn, TABLE_WORDS, STR("a"), STR("\x80\x80\x80\x80\x20"), &g.e) == 0);
	cr_expect(dictionary_find(&g.s.words, g.s.txn, STR("a"), &number, &g.e) == -1);
	cr_expect(g.e.kind == ERR_FAILED, "%s", g.e.msg);
	account_end(&g);
}

Test(words, numbers_count_up_from_one_and_outlive_the_process)
{
	struct account g;

	account_begin(&g);
	cr_expect(find(&g, &g.s.words, STR("b")) == 0, "none yet");
	cr_expect(put(&g, STR("b")) == 1);
	cr_expect(put(&g, STR("a")) == 2);
	cr_expect(put(&g, STR("b")) == 1, "known");
	cr_expect(put(&g, STR("B")) == 3);
	cr_expect(put(&g, STR("")) == 0 && find(&g, &g.s.words, STR("")) == 0);
	cr_expect(text_of(&g, &g.s.words, 0).n == 0);
	cr_expect(g.s.words.last == 3);
	reopen(&g);
	cr_expect(str_eq(text_of(&g, &g.s.words, 2), STR("a")));
	cr_expect(find(&g, &g.s.words, STR("b")) == 1);
	cr_expect(put(&g, STR("new")) == 4 && put(&g, STR("a")) == 2);
	account_end(&g);
}

Test(words, a_text_may_be_longer_than_a_key)
{
	static const size_t sizes[] = { KV_KEY_MAX - 1, KV_KEY_MAX, KV_KEY_MAX + 1, 64 * 1024,
		1 << 20 };
	struct account g;
	struct str digest;

	account_begin(&g);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		uint32_t n = put(&g, long_text(&g, sizes[i], 'a'));

		cr_expect(put(&g, long_text(&g, sizes[i], 'b')) == n + 1,
		    "only the last byte of %zu differs", sizes[i]);
	}
	digest = str_copy(&g.a, str_c(sha256_of(long_text(&g, KV_KEY_MAX + 1, 'a')).hex));
	cr_expect(put(&g, digest) == 2 * COUNT(sizes) + 1, "the digest is another text");
	reopen(&g);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct str a = long_text(&g, sizes[i], 'a');

		cr_expect(find(&g, &g.s.words, a) == 2 * i + 1, "%zu", sizes[i]);
		cr_expect(
		    str_eq(text_of(&g, &g.s.words, (uint32_t)(2 * i + 1)), a), "%zu", sizes[i]);
	}
	cr_expect(find(&g, &g.s.words, digest) == 2 * COUNT(sizes) + 1);
	account_end(&g);
}

Test(words, views_stay_while_more_come)
{
	struct account g;
	struct str first;
	char text[16];

	account_begin(&g);
	put(&g, STR("first"));
	reopen(&g);
	first = text_of(&g, &g.s.words, 1);
	for (int i = 0; i < 5000; i++)
		put(&g, str_of(text, (size_t)snprintf(text, 16, "w%d", i)));
	cr_expect(str_eq(first, STR("first")));
	cr_expect(str_eq(text_of(&g, &g.s.words, 5001), STR("w4999")));
	account_end(&g);
}

/* Words 1 to 3: "b", "a" and a text longer than a key. */
static void
put_three(struct account *g)
{
	account_begin(g);
	put(g, STR("b"));
	put(g, STR("a"));
	put(g, long_text(g, 600, 'a'));
}

Test(words, a_list_has_each_once_by_the_bytes_of_its_text)
{
	static const uint32_t from[] = { 1, 0, 3, 1, 0, 2 }, want[] = { 2, 1, 3 };
	struct account g;
	struct dictionary_list list;
	struct str *again;

	put_three(&g);
	g.s.words.lists = UINT32_MAX - 1; /* the counter begins anew, and repeats no list */
	for (int round = 0; round < 3; round++) {
		cr_assert(dictionary_distinct(
		              &g.a, &g.s.words, g.s.txn, from, COUNT(from), &list, &g.e) == 0);
		cr_assert(list.n == 3);
		cr_expect(memcmp(list.numbers, want, sizeof(want)) == 0);
		cr_expect(str_eq(list.texts[0], STR("a")) && list.texts[2].n == 600);
	}
	cr_assert(dictionary_texts(&g.a, &g.s.words, g.s.txn, list.numbers, 3, &again, &g.e) == 0);
	for (size_t i = 0; i < 3; i++)
		cr_expect(str_eq(list.texts[i], again[i]), "%zu", i);
	cr_assert(dictionary_distinct(&g.a, &g.s.words, g.s.txn, from + 1, 1, &list, &g.e) == 0);
	cr_expect(list.n == 0, "of nothing there is an empty one");
	cr_assert(dictionary_distinct(&g.a, &g.s.words, g.s.txn, NULL, 0, &list, &g.e) == 0);
	cr_expect(list.n == 0);
	account_end(&g);
}

Test(words, a_number_nobody_gave_out_is_a_broken_state)
{
	static const uint32_t numbers[] = { 0, 4, UINT32_MAX };
	struct account g;

	put_three(&g);
	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct dictionary_list list;
		struct str *texts, text;

		g.e = (struct err)ERR_INIT;
		cr_expect(dictionary_texts(
		              &g.a, &g.s.words, g.s.txn, &numbers[i], 1, &texts, &g.e) == -1);
		cr_expect(g.e.kind == ERR_FAILED && g.e.advice[0] != '\0', "%zu", i);
		if (numbers[i] == 0)
			continue;
		cr_expect(dictionary_text(&g.s.words, g.s.txn, numbers[i], &text, &g.e) == -1);
		cr_expect(dictionary_distinct(
		              &g.a, &g.s.words, g.s.txn, &numbers[i], 1, &list, &g.e) == -1);
	}
	account_end(&g);
}

#define ORDER(id, customer)                                                                        \
	"{'id':'" id "','customerId':" customer                                                    \
	",'createdAt':'2026-01-01','completedOn':'2026-01-01',"                                    \
	"'orderStatus':'sold','totals':{'finalTotal':1}}"

static void
expect_buyers(struct account *g, const char *const *ids)
{
	uint32_t n = 0;

	for (; ids[n] != NULL; n++) {
		cr_expect(find(g, &g->s.buyers, str_c(ids[n])) == n + 1, "%s", ids[n]);
		cr_expect(str_eq(text_of(g, &g->s.buyers, n + 1), str_c(ids[n])), "%s", ids[n]);
	}
	cr_expect(g->s.buyers.last == n);
}

Test(buyers, numbers_go_by_snapshot_then_by_id_and_outlive_the_orders)
{
	struct account g;

	account_begin(&g);
	account_apply(&g, (struct page[]){ ORDERS("[" ORDER("1", "'m'") "," ORDER(
	                                       "2", "'b'") "," ORDER("3", "'m'") "]"),
	                      { 0 } });
	expect_buyers(&g, (const char *const[]){ "b", "m", NULL });
	account_apply(&g, (struct page[]){ ORDERS("[]"), { 0 } });
	cr_expect(g.s.totals.orders == 0);
	account_apply(&g, (struct page[]){ ORDERS("[" ORDER("4", "'z'") "," ORDER(
	                                       "5", "'a'") "," ORDER("6", "'b'") "]"),
	                      { 0 } });
	expect_buyers(&g, (const char *const[]){ "b", "m", "a", "z", NULL });
	account_end(&g);
}

Test(buyers, guests_and_customers_without_orders_have_none)
{
	struct account g;

	account_begin(&g);
	account_apply(&g, (struct page[]){ CUSTOMERS("[{'id':'c'}]"),
	                      ORDERS("[" ORDER("1", "null") "]"), { 0 } });
	cr_expect(find(&g, &g.s.buyers, STR("")) == 0 && find(&g, &g.s.buyers, STR("c")) == 0);
	cr_expect(g.s.buyers.last == 0 && text_of(&g, &g.s.buyers, 0).n == 0);
	account_end(&g);
}

Test(buyers, a_broken_row_is_found_out)
{
	struct account g;
	uint32_t number;
	struct str id;

	account_begin(&g);
	cr_assert(kv_put(g.s.txn, TABLE_BUYERS, STR("x"), STR(""), &g.e) == 0);
	cr_expect(dictionary_find(&g.s.buyers, g.s.txn, STR("x"), &number, &g.e) == -1);
	cr_expect(g.e.kind == ERR_FAILED);
	g.e = (struct err)ERR_INIT;
	cr_expect(dictionary_text(&g.s.buyers, g.s.txn, 7, &id, &g.e) == -1);
	cr_expect(strstr(g.e.advice, "--rebuild") != NULL);
	account_end(&g);
}
