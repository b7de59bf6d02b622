/* Goal: a known text is found by its hash, nothing else is, and of many marks
 * the last place in manifest order stays, whoever sets them. */
#include "delta/text_index.h"

#include "support/account.h"
#include "base/pool.h"

#define MANY 3000

struct fixture {
	struct account g;
	struct text_index k;
};

/* A row of the state for the record of that text. */
static void
put_customer(struct account *g, const char *id, const char *text)
{
	struct known_record row = { .hash = hash_of(str_c(text)) };
	struct buf b = { 0 };

	row_record_pack(&b, ENTITY_CUSTOMER, &row);
	cr_assert(kv_put(g->s.txn, TABLE_CUSTOMERS, str_c(id), buf_view(&b), &g->e) == 0);
	buf_release(&b);
}

static void
put_order(struct account *g, struct str id, struct str text, uint32_t location)
{
	struct known_record row = { .hash = hash_of(text), .location = location };
	struct buf b = { 0 };

	row_record_pack(&b, ENTITY_ORDER, &row);
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

/* An index of these customers, id and text by turns; ends with NULL. */
static int
begin(struct fixture *f, const char *const *customers)
{
	account_begin(&f->g);
	for (; *customers != NULL; customers += 2)
		put_customer(&f->g, customers[0], customers[1]);
	return text_index_build(&f->k, f->g.s.txn, NULL, ENTITY_CUSTOMER, &f->g.e);
}

static void
end(struct fixture *f)
{
	text_index_release(&f->k);
	account_end(&f->g);
}

static const char *const one[] = { "a", "text", NULL };

Test(text_index, an_ordinal_is_the_place_among_the_ids)
{
	static const char *const three[] = { "b", "second", "c", "third", "a", "first", NULL };
	struct fixture f;

	cr_assert(begin(&f, three) == 1);
	cr_expect(f.k.is_on && f.k.n == 3 && f.k.texts[1].location == 0);
	cr_expect(
	    find(&f.k, "first") == 0 && find(&f.k, "second") == 1 && find(&f.k, "third") == 2);
	cr_expect(find(&f.k, "fourth") == TEXT_INDEX_NONE);
	end(&f);
}

Test(text_index, of_many_each_is_found_and_no_other)
{
	struct hash asked[2 * MANY];
	uint32_t ordinals[2 * MANY];
	struct fixture f;

	account_begin(&f.g);
	for (int i = 0; i < 2 * MANY; i++) {
		struct str text = str_printf(&f.g.a, "%06d", i);

		asked[i] = hash_of(text);
		if (i % 2 == 0)
			put_order(&f.g, text, text, (uint32_t)i);
	}
	cr_assert(text_index_build(&f.k, f.g.s.txn, NULL, ENTITY_ORDER, &f.g.e) == 1);
	text_index_find(&f.k, asked, 2 * MANY, ordinals);
	for (uint32_t i = 0; i < 2 * MANY; i++)
		cr_assert(ordinals[i] == (i % 2 == 0 ? i / 2 : TEXT_INDEX_NONE), "%u", i);
	cr_expect(f.k.texts[7].location == 14);
	end(&f);
}

Test(text_index, it_does_not_serve_where_texts_have_one_hash_or_nothing_is_known)
{
	static const char *const alike[] = { "a", "text", "b", "another", "c", "text", NULL };
	static const char *const none[] = { NULL };
	struct fixture f;

	cr_expect(begin(&f, alike) == 0 && !f.k.is_on);
	end(&f);
	cr_expect(begin(&f, none) == 0 && !f.k.is_on);
	end(&f);
}

Test(text_index, a_row_that_cannot_be_read_is_a_broken_state)
{
	struct fixture f;

	account_begin(&f.g);
	cr_assert(kv_put(f.g.s.txn, TABLE_ORDERS, STR("a"), STR("?"), &f.g.e) == 0);
	cr_expect(text_index_build(&f.k, f.g.s.txn, NULL, ENTITY_ORDER, &f.g.e) == -1);
	cr_expect(f.g.e.kind == ERR_FAILED);
	end(&f);
}

Test(text_index, the_last_place_stays)
{
	struct fixture f;

	cr_assert(begin(&f, one) == 1);
	cr_expect(text_index_mark(&f.k, 0) == TEXT_INDEX_UNSEEN);
	text_index_see(&f.k, 0, 0, 0);
	cr_expect(text_index_mark(&f.k, 0) == TEXT_INDEX_SEEN);
	text_index_see(&f.k, 0, 3, 1);
	text_index_see(&f.k, 0, 2, 9);
	text_index_see(&f.k, 0, 3, 0);
	cr_expect(text_index_mark_page(text_index_mark(&f.k, 0)) == 3);
	cr_expect(!text_index_supersede(&f.k, 0, 3, 0), "the known text lies after it");
	cr_expect(text_index_mark(&f.k, 0) > TEXT_INDEX_SEEN);
	cr_expect(text_index_supersede(&f.k, 0, 3, 2));
	cr_expect(text_index_mark(&f.k, 0) == TEXT_INDEX_CHANGED);
	end(&f);
	cr_assert(begin(&f, one) == 1);
	text_index_see(&f.k, 0, 0, 1);
	cr_expect(!text_index_supersede(&f.k, 0, 0, 0));
	cr_expect(text_index_supersede(&f.k, 0, 0, 2));
	end(&f);
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

Test(text_index, threads_agree_on_the_last_place)
{
	struct fixture f;

	cr_assert(begin(&f, one) == 1);
	cr_assert(pool_run(4, 1000, see, &f.k, &f.g.e) == 0);
	cr_expect(text_index_mark_page(text_index_mark(&f.k, 0)) == 999);
	cr_expect(!text_index_supersede(&f.k, 0, 999, 48));
	cr_expect(text_index_supersede(&f.k, 0, 999, 50));
	end(&f);
}

/* Read from one end and from both. */
static void
expect_same_from_both_ends(struct fixture *f, size_t n)
{
	struct kv_txn *t = kv_begin(f->g.s.kv, false, &f->g.e);
	struct kv_txn *other = kv_begin(f->g.s.kv, false, &f->g.e);
	struct text_index both;

	cr_assert(t != NULL && other != NULL, "%s", f->g.e.msg);
	cr_assert(text_index_build(&f->k, t, NULL, ENTITY_ORDER, &f->g.e) == 1, "%s", f->g.e.msg);
	cr_assert(text_index_build(&both, t, other, ENTITY_ORDER, &f->g.e) == 1, "%s", f->g.e.msg);
	cr_assert(f->k.n == n && both.n == n);
	for (size_t i = 0; i < n; i++) {
		const struct text_index_text *x = &f->k.texts[i];
		uint32_t ordinal;

		text_index_find(&both, &x->hash, 1, &ordinal);
		cr_assert(ordinal == i && both.texts[i].location == x->location, "%zu", i);
		text_index_find(&f->k, &x->hash, 1, &ordinal);
		cr_assert(ordinal == i, "%zu", i);
	}
	text_index_release(&f->k);
	text_index_release(&both);
	kv_abort(other);
	kv_abort(t);
}

Test(text_index, from_both_ends_it_is_the_same)
{
	static const size_t counts[] = { 1, 2, 1023, 1024, 1025, 2049, 20000 };

	for (size_t k = 0; k < sizeof(counts) / sizeof(*counts); k++) {
		struct fixture f = { 0 };
		struct arena a = { 0 };

		account_begin(&f.g);
		for (size_t i = 0; i < counts[k]; i++)
			put_order(&f.g, str_printf(&a, "%zu", i * 7919),
			    str_printf(&a, "text %zu", i), (uint32_t)i);
		f.g.s.totals.applied = 1;
		cr_assert(state_commit(&f.g.s, &f.g.e) == 0, "%s", f.g.e.msg);
		for (int round = 0; round < 5; round++)
			expect_same_from_both_ends(&f, counts[k]);
		arena_release(&a);
		end(&f);
	}
}

/* The first row has the text of the last: each is read from another end. */
Test(text_index, from_both_ends_it_does_not_serve_where_texts_have_one_hash)
{
	struct fixture f = { 0 };
	struct kv_txn *t, *other;

	account_begin(&f.g);
	for (size_t i = 0; i < MANY; i++)
		put_order(&f.g, str_printf(&f.g.a, "%06zu", i),
		    str_printf(&f.g.a, "text %zu", i % (MANY - 1)), 1);
	f.g.s.totals.applied = 1;
	cr_assert(state_commit(&f.g.s, &f.g.e) == 0, "%s", f.g.e.msg);
	t = kv_begin(f.g.s.kv, false, &f.g.e);
	other = kv_begin(f.g.s.kv, false, &f.g.e);
	cr_assert(t != NULL && other != NULL, "%s", f.g.e.msg);
	for (int round = 0; round < 20; round++) {
		cr_expect(text_index_build(&f.k, t, other, ENTITY_ORDER, &f.g.e) == 0);
		cr_expect(!f.k.is_on);
		text_index_release(&f.k);
	}
	kv_abort(other);
	kv_abort(t);
	end(&f);
}
