/* Goal: a known text is found by its hash, nothing else is, and of many marks
 * the last place in manifest order stays, whoever sets them. */
#include "delta/text_index.h"

#include "support/account.h"
#include "base/pool.h"

#define MANY 3000

/* A row of the state for the record of that text. */
static void
put_customer(struct account *g, const char *id, const char *text)
{
	struct known_customer row = { .hash = hash_of(str_c(text)) };
	struct buf b = { 0 };

	known_customer_pack(&b, &row);
	cr_assert(kv_put(g->s.txn, TABLE_CUSTOMERS, str_c(id), buf_view(&b), &g->e) == 0);
	buf_release(&b);
}

static void
put_order(struct account *g, struct str id, struct str text, uint32_t location)
{
	struct known_order row = { .hash = hash_of(text), .location = location };
	struct buf b = { 0 };

	known_order_pack(&b, &row);
	cr_assert(kv_put(g->s.txn, TABLE_ORDERS, id, buf_view(&b), &g->e) == 0);
	buf_release(&b);
}

static uint32_t
find(const struct text_index *k, const char *text)
{
	struct hash h = hash_of(str_c(text));
	uint32_t ordinal;

	text_index_find(k, &h, 1, &ordinal);
	return ordinal;
}

Test(known, an_ordinal_is_the_place_among_the_ids)
{
	struct account g;
	struct text_index k;

	account_begin(&g);
	put_customer(&g, "b", "second");
	put_customer(&g, "c", "third");
	put_customer(&g, "a", "first");
	cr_assert(text_index_build(&k, g.s.txn, ENTITY_CUSTOMER, &g.e) == 1);
	cr_expect(k.is_on && k.n == 3 && k.locations == NULL);
	cr_expect(find(&k, "first") == 0 && find(&k, "second") == 1 && find(&k, "third") == 2);
	cr_expect(find(&k, "fourth") == TEXT_INDEX_NONE);
	text_index_release(&k);
	account_end(&g);
}

Test(known, of_many_each_is_found_and_no_other)
{
	struct hash asked[2 * MANY];
	uint32_t ordinals[2 * MANY];
	struct account g;
	struct text_index k;

	account_begin(&g);
	for (int i = 0; i < 2 * MANY; i++) {
		struct str text = str_printf(&g.a, "%06d", i);

		asked[i] = hash_of(text);
		if (i % 2 == 0)
			put_order(&g, text, text, (uint32_t)i);
	}
	cr_assert(text_index_build(&k, g.s.txn, ENTITY_ORDER, &g.e) == 1);
	text_index_find(&k, asked, 2 * MANY, ordinals);
	for (uint32_t i = 0; i < 2 * MANY; i++)
		cr_assert(ordinals[i] == (i % 2 == 0 ? i / 2 : TEXT_INDEX_NONE), "%u", i);
	cr_expect(k.locations[7] == 14);
	text_index_release(&k);
	account_end(&g);
}

Test(known, it_does_not_serve_where_two_texts_have_one_hash)
{
	struct account g;
	struct text_index k;

	account_begin(&g);
	put_customer(&g, "a", "text");
	put_customer(&g, "b", "another");
	put_customer(&g, "c", "text");
	cr_expect(text_index_build(&k, g.s.txn, ENTITY_CUSTOMER, &g.e) == 0);
	cr_expect(!k.is_on);
	text_index_release(&k);
	account_end(&g);
}

Test(known, it_does_not_serve_where_nothing_is_known)
{
	struct account g;
	struct text_index k;

	account_begin(&g);
	put_customer(&g, "a", "text");
	cr_expect(text_index_build(&k, g.s.txn, ENTITY_ORDER, &g.e) == 0);
	cr_expect(!k.is_on);
	text_index_release(&k);
	account_end(&g);
}

Test(known, a_row_that_cannot_be_read_is_a_broken_state)
{
	struct account g;
	struct text_index k;

	account_begin(&g);
	cr_assert(kv_put(g.s.txn, TABLE_ORDERS, STR("a"), STR("?"), &g.e) == 0);
	cr_expect(text_index_build(&k, g.s.txn, ENTITY_ORDER, &g.e) == -1);
	cr_expect(g.e.kind == ERR_FAILED);
	text_index_release(&k);
	account_end(&g);
}

Test(known, the_last_place_stays)
{
	struct account g;
	struct text_index k;

	account_begin(&g);
	put_customer(&g, "a", "text");
	cr_assert(text_index_build(&k, g.s.txn, ENTITY_CUSTOMER, &g.e) == 1);
	cr_expect(text_index_mark(&k, 0) == TEXT_INDEX_UNSEEN);
	text_index_see(&k, 0, 0, 0);
	cr_expect(text_index_mark(&k, 0) == TEXT_INDEX_SEEN);
	text_index_see(&k, 0, 3, 1);
	text_index_see(&k, 0, 2, 9);
	text_index_see(&k, 0, 3, 0);
	cr_expect(text_index_mark_page(text_index_mark(&k, 0)) == 3);
	cr_expect(!text_index_supersede(&k, 0, 3, 0), "the known text lies after it");
	cr_expect(text_index_mark(&k, 0) > TEXT_INDEX_SEEN);
	cr_expect(text_index_supersede(&k, 0, 3, 2));
	cr_expect(text_index_mark(&k, 0) == TEXT_INDEX_CHANGED);
	text_index_release(&k);
	account_end(&g);
}

Test(known, the_first_place_of_all_is_one)
{
	struct account g;
	struct text_index k;

	account_begin(&g);
	put_customer(&g, "a", "text");
	cr_assert(text_index_build(&k, g.s.txn, ENTITY_CUSTOMER, &g.e) == 1);
	text_index_see(&k, 0, 0, 1);
	cr_expect(!text_index_supersede(&k, 0, 0, 0));
	cr_expect(text_index_supersede(&k, 0, 0, 2));
	text_index_release(&k);
	account_end(&g);
}

static int
see(void *context, size_t worker, size_t i, struct err *e)
{
	struct text_index *k = context;

	(void)worker;
	(void)e;
	for (uint32_t index = 0; index < 50; index++)
		text_index_see(k, 0, (uint32_t)i, index);
	return 0;
}

Test(known, threads_agree_on_the_last_place)
{
	struct account g;
	struct text_index k;

	account_begin(&g);
	put_customer(&g, "a", "text");
	cr_assert(text_index_build(&k, g.s.txn, ENTITY_CUSTOMER, &g.e) == 1);
	cr_assert(pool_run(4, 1000, see, &k, &g.e) == 0);
	cr_expect(text_index_mark_page(text_index_mark(&k, 0)) == 999);
	cr_expect(!text_index_supersede(&k, 0, 999, 48));
	cr_expect(text_index_supersede(&k, 0, 999, 50));
	text_index_release(&k);
	account_end(&g);
}
