/* Goal: the store keeps what was committed; a reader sees one state of it. */
#include <criterion/criterion.h>

#include "place.h"

Test(kv, what_is_put_is_got_and_what_is_not_is_absent)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);

	put(&p, t, FIRST, STR("a"), STR("1"));
	put(&p, t, FIRST, STR("a"), STR("one"));
	put(&p, t, SECOND, STR("a"), STR("two"));
	put(&p, t, FIRST, STR("nul\0key"), STR(""));
	expect_value(&p, t, FIRST, STR("a"), "one");
	expect_value(&p, t, SECOND, STR("a"), "two");
	expect_value(&p, t, FIRST, STR("nul\0key"), "");
	expect_value(&p, t, FIRST, STR("nul"), NULL);
	expect_value(&p, t, FIRST, STR("b"), NULL);
	kv_abort(t);
	place_end(&p);
}

Test(kv, a_commit_outlives_the_store_and_an_abort_leaves_nothing)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);

	put(&p, t, FIRST, STR("kept"), STR("yes"));
	commit(&p, t);
	t = begin(&p, true);
	put(&p, t, FIRST, STR("kept"), STR("no"));
	put(&p, t, FIRST, STR("lost"), STR("yes"));
	kv_abort(t);
	kv_close(p.kv);
	p.kv = open_at(&p, false);
	cr_assert(p.kv != NULL, "%s", p.e.msg);
	t = begin(&p, false);
	expect_value(&p, t, FIRST, STR("kept"), "yes");
	expect_value(&p, t, FIRST, STR("lost"), NULL);
	commit(&p, t);
	place_end(&p);
}

Test(kv, deleting_says_whether_it_was_there)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);

	put(&p, t, FIRST, STR("a"), STR("1"));
	cr_expect(kv_del(t, FIRST, STR("a"), &p.e) == 1);
	cr_expect(kv_del(t, FIRST, STR("a"), &p.e) == 0);
	expect_value(&p, t, FIRST, STR("a"), NULL);
	kv_abort(t);
	place_end(&p);
}

Test(kv, clear_empties_one_table_and_count_counts)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	uint64_t n = 99;

	cr_expect(kv_count(t, FIRST, &n, &p.e) == 0 && n == 0);
	fill(&p, t, 1000);
	put(&p, t, SECOND, STR("a"), STR("1"));
	cr_expect(kv_count(t, FIRST, &n, &p.e) == 0 && n == 1000);
	cr_expect(kv_clear(t, FIRST, &p.e) == 0, "%s", p.e.msg);
	cr_expect(kv_count(t, FIRST, &n, &p.e) == 0 && n == 0);
	cr_expect(kv_count(t, SECOND, &n, &p.e) == 0 && n == 1);
	kv_abort(t);
	place_end(&p);
}

Test(kv, keys_have_one_to_511_bytes)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	char key[KV_KEY_MAX + 1];
	struct str long_key = { key, sizeof(key) }, v;

	memset(key, 'k', sizeof(key));
	put(&p, t, FIRST, str_of(key, KV_KEY_MAX), STR("fits"));
	expect_value(&p, t, FIRST, str_of(key, KV_KEY_MAX), "fits");
	cr_expect(kv_put(t, FIRST, long_key, STR(""), &p.e) == -1);
	cr_expect(p.e.kind == ERR_INTERNAL, "%s", p.e.msg);
	cr_expect(kv_get(t, FIRST, long_key, &v, &p.e) == -1);
	cr_expect(kv_del(t, FIRST, long_key, &p.e) == -1);
	cr_expect(kv_append(t, FIRST, long_key, STR(""), &p.e) == -1);
	cr_expect(kv_put(t, FIRST, STR(""), STR(""), &p.e) == -1);
	cr_expect(kv_get(t, FIRST, STR(""), &v, &p.e) == -1);
	commit(&p, t);
	place_end(&p);
}

Test(kv, values_may_be_of_any_size)
{
	static const size_t sizes[] = { 0, 1, 2000, 4096, 300000 };
	struct place p = place_new();
	char *bytes = mem_zero(300000, 1);
	struct kv_txn *t = begin(&p, true);
	char key[16];

	for (unsigned i = 0; i < COUNT(sizes); i++)
		put(&p, t, FIRST, number_key(key, i), str_of(bytes, sizes[i]));
	commit(&p, t);
	t = begin(&p, false);
	for (unsigned i = 0; i < COUNT(sizes); i++) {
		struct str v;

		cr_expect(kv_get(t, FIRST, number_key(key, i), &v, &p.e) == 1);
		cr_expect(str_eq(v, str_of(bytes, sizes[i])), "%zu", sizes[i]);
	}
	kv_abort(t);
	mem_free(bytes);
	place_end(&p);
}

Test(kv, appending_out_of_order_is_our_own_fault)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);

	cr_expect(kv_append(t, FIRST, STR("a"), STR("1"), &p.e) == 0);
	cr_expect(kv_append(t, FIRST, STR("c"), STR("3"), &p.e) == 0);
	cr_expect(kv_append(t, FIRST, STR("b"), STR("2"), &p.e) == -1);
	cr_expect(p.e.kind == ERR_INTERNAL, "%s", p.e.msg);
	cr_expect(kv_append(t, FIRST, STR("c"), STR("2"), &p.e) == -1);
	expect_value(&p, t, FIRST, STR("b"), NULL);
	expect_value(&p, t, FIRST, STR("c"), "3");
	commit(&p, t);
	place_end(&p);
}

Test(kv, a_reading_transaction_writes_nothing)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, false);

	cr_expect(kv_put(t, FIRST, STR("a"), STR("1"), &p.e) == -1);
	cr_expect(p.e.kind == ERR_INTERNAL);
	cr_expect(kv_del(t, FIRST, STR("a"), &p.e) == -1);
	cr_expect(kv_clear(t, FIRST, &p.e) == -1);
	kv_abort(t);
	place_end(&p);
}

Test(kv, a_reader_sees_the_last_commit_before_it_began)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true), *reader, *later;

	put(&p, t, FIRST, STR("a"), STR("old"));
	commit(&p, t);
	reader = begin(&p, false);
	for (int i = 0; i < 5; i++) {
		t = begin(&p, true);
		fill(&p, t, 1000);
		put(&p, t, FIRST, STR("a"), STR("new"));
		expect_value(&p, reader, FIRST, STR("a"), "old");
		commit(&p, t);
	}
	later = begin(&p, false);
	expect_value(&p, reader, FIRST, STR("a"), "old");
	expect_value(&p, reader, FIRST, STR("00000000"), NULL);
	expect_value(&p, later, FIRST, STR("a"), "new");
	kv_abort(later);
	kv_abort(reader);
	place_end(&p);
}

Test(kv, nothing_to_close_is_fine)
{
	kv_close(NULL);
	kv_abort(NULL);
	kv_cursor_close(NULL);
}
