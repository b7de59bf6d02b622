/* Goal: keys that hold an id are shorter in the store, and nobody who uses them can tell. */
#include <criterion/criterion.h>

#include "place.h"

#define UUID "f47ac10b-58cc-4372-a567-0e02b2c3d479"

Test(kv_table, a_key_is_stored_with_a_short_id_behind_its_beginning)
{
	static const struct {
		size_t table;
		struct str key;
		size_t n;
	} want[] = {
		{ FIRST, { UUID, 36 }, 36 },
		{ OF_IDS, { UUID, 36 }, 20 },
		{ BEHIND_FOUR, { "abcd" UUID, 40 }, 24 },
		{ BEHIND_FOUR, { "abcd", 4 }, 4 },
		{ BEHIND_FOUR, { "abc", 3 }, 3 },
		{ OF_IDS, { "", 0 }, 0 },
	};
	struct kv_table_key room, back;

	for (size_t i = 0; i < COUNT(want); i++) {
		const struct kv_table *t = &tables[want[i].table];
		struct str stored = kv_table_stored(t, want[i].key, &room), key;

		cr_expect(stored.n == want[i].n, "%zu: %zu", i, stored.n);
		cr_expect(kv_table_key(t, stored, &back, &key), "%zu", i);
		cr_expect(str_eq(key, want[i].key), "%zu: %.*s", i, STR_ARG(key));
	}
}

Test(kv_table, a_walk_gives_the_keys_in_the_order_of_the_ids)
{
	static const char *const ids[] = { "-", "007", "17", "17 ", "ABC", "a", UUID, UUID "!",
		"f5", "xRq2Lw8TnZkP4dYvB" };
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	struct kv_cursor *c;
	struct str k, v;

	for (size_t i = COUNT(ids); i > 0; i--)
		put(&p, t, OF_IDS, str_c(ids[i - 1]), str_c(ids[i - 1]));
	c = kv_all(t, OF_IDS, &p.e);
	for (size_t i = 0; i < COUNT(ids); i++) {
		expect_value(&p, t, OF_IDS, str_c(ids[i]), ids[i]);
		cr_expect(kv_next(c, &k, &v, &p.e) == 1 && str_eq(k, str_c(ids[i])), "%zu", i);
		cr_expect(str_eq(v, k), "%zu", i);
	}
	cr_expect(kv_next(c, &k, &v, &p.e) == 0);
	cr_expect(kv_seek(c, STR("a0"), &k, &v, &p.e) == 1 && str_eq(k, STR(UUID)));
	cr_expect(kv_del(t, OF_IDS, k, &p.e) == 1);
	cr_expect(kv_next(c, &k, &v, &p.e) == 1 && str_eq(k, STR(UUID "!")));
	expect_value(&p, t, OF_IDS, STR(UUID), NULL);
	kv_cursor_close(c);
	kv_abort(t);
	place_end(&p);
}

Test(kv_table, keys_can_be_had_as_they_are_stored)
{
	static const char *const keys[] = { "abcd10", "abcd9", "abcd" UUID, "abcdf5", "abcdx" };
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	struct kv_cursor *c;
	struct kv_table_key room, last;
	struct str k, key, v, before = STR("abcd");

	for (size_t i = 0; i < COUNT(keys); i++)
		put(&p, t, BEHIND_FOUR, str_c(keys[i]), STR("v"));
	c = kv_scan(t, BEHIND_FOUR, STR("abcd"), &p.e);
	for (size_t i = 0; i < COUNT(keys); i++) {
		cr_assert(kv_next_stored(c, &k, &v, &p.e) == 1, "%zu", i);
		cr_expect(str_starts(k, STR("abcd")) && str_cmp(before, k) < 0, "%zu", i);
		cr_expect(kv_table_key(&tables[BEHIND_FOUR], k, &room, &key), "%zu", i);
		cr_expect(str_eq(key, str_c(keys[i])), "%zu", i);
		memcpy(last.bytes, k.p, k.n);
		before = str_of(last.bytes, k.n);
	}
	cr_expect(kv_next_stored(c, &k, &v, &p.e) == 0);
	cr_expect(kv_next_stored(NULL, &k, &v, &p.e) == -1);
	kv_cursor_close(c);
	kv_abort(t);
	place_end(&p);
}

Test(kv_table, a_prefix_ends_before_the_id)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	struct kv_cursor *c;
	struct str k = { 0 }, v;

	put(&p, t, BEHIND_FOUR, STR("aaaa" UUID), STR("1"));
	put(&p, t, BEHIND_FOUR, STR("bbbb1"), STR("2"));
	put(&p, t, BEHIND_FOUR, STR("bbbb" UUID), STR("3"));
	put(&p, t, BEHIND_FOUR, STR("cccc1"), STR("4"));
	c = kv_scan(t, BEHIND_FOUR, STR("bbbb"), &p.e);
	cr_expect(kv_next(c, &k, &v, &p.e) == 1 && str_eq(k, STR("bbbb1")));
	cr_expect(
	    kv_next(c, NULL, &v, &p.e) == 1 && str_eq(v, STR("3")), "nobody asks for the key");
	cr_expect(kv_next(c, &k, &v, &p.e) == 0);
	kv_cursor_close(c);
	cr_expect(kv_scan(t, BEHIND_FOUR, STR("bbbb1"), &p.e) == NULL);
	cr_expect(p.e.kind == ERR_INTERNAL, "%s", p.e.msg);
	kv_abort(t);
	place_end(&p);
}

Test(kv_table, a_key_of_one_cursor_outlives_what_another_does)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	struct kv_cursor *c, *d;
	struct str k, other, v;

	put(&p, t, OF_IDS, STR(UUID), STR("1"));
	put(&p, t, OF_IDS, STR("fa"), STR("2"));
	c = kv_all(t, OF_IDS, &p.e);
	d = kv_all(t, OF_IDS, &p.e);
	cr_assert(kv_next(c, &k, &v, &p.e) == 1);
	cr_assert(kv_next(d, &other, &v, &p.e) == 1 && kv_next(d, &other, &v, &p.e) == 1);
	put(&p, t, OF_IDS, STR("fb"), STR("3"));
	cr_expect(str_eq(k, STR(UUID)) && str_eq(other, STR("fa")));
	kv_cursor_close(c);
	kv_cursor_close(d);
	kv_abort(t);
	place_end(&p);
}

static const char *const shared[] = { "", "-", "1", "123456789", "123456789!", "12345678A", UUID,
	UUID "\1", UUID "-0", "x", "x\1", "x\1y", "y" };

/* Of the ids one by one: in the first part if ${in} has 1, in the second if it has 2. */
static void
expect_part(struct place *p, struct kv_txn *t, size_t table, const int *in)
{
	struct kv_cursor *c = kv_all(t, table, &p->e);
	uint64_t n, want = 0;
	struct str k, v;

	for (size_t i = 1; i < COUNT(shared); i++) {
		bool is_there = (in[i] & (table == PART_ONE ? 1 : 2)) != 0;

		expect_value(p, t, table, str_c(shared[i]), is_there ? tables[table].name : NULL);
		if (!is_there)
			continue;
		want++;
		cr_assert(kv_next(c, &k, &v, &p->e) == 1, "%zu", i);
		cr_expect(str_eq(k, str_c(shared[i])), "%zu: %.*s", i, STR_ARG(k));
		cr_expect(str_eq(v, str_c(tables[table].name)), "%zu", i);
	}
	cr_expect(kv_next(c, &k, &v, &p->e) == 0);
	cr_expect(kv_count(t, table, &n, &p->e) == 0 && n == want, "%llu", (unsigned long long)n);
	kv_cursor_close(c);
}

Test(kv_table, tables_of_one_tree_know_nothing_of_each_other)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	int in[COUNT(shared)] = { 0 };
	unsigned seed = 1;

	for (int round = 0; round < 400; round++) {
		size_t i, table;

		seed = seed * 1664525 + 1013904223;
		i = 1 + (seed >> 8) % (COUNT(shared) - 1);
		table = (seed >> 24) % 2 == 0 ? PART_ONE : PART_TWO;
		if ((seed >> 25) % 3 == 0) {
			cr_assert(kv_del(t, table, str_c(shared[i]), &p.e) >= 0);
			in[i] &= table == PART_ONE ? ~1 : ~2;
		} else {
			put(&p, t, table, str_c(shared[i]), str_c(tables[table].name));
			in[i] |= table == PART_ONE ? 1 : 2;
		}
		expect_part(&p, t, PART_ONE, in);
		expect_part(&p, t, PART_TWO, in);
	}
	kv_abort(t);
	place_end(&p);
}

Test(kv_table, a_seek_stays_in_its_part)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	struct kv_cursor *c;
	struct str k, v;

	put(&p, t, PART_ONE, STR("a"), STR("1"));
	put(&p, t, PART_TWO, STR("b"), STR("2"));
	put(&p, t, PART_TWO, STR("c"), STR("2"));
	put(&p, t, PART_ONE, STR("d"), STR("1"));
	c = kv_all(t, PART_ONE, &p.e);
	cr_expect(kv_seek(c, STR("a0"), &k, &v, &p.e) == 1 && str_eq(k, STR("d")));
	cr_expect(kv_next(c, &k, &v, &p.e) == 0);
	cr_expect(kv_seek(c, STR(""), &k, &v, &p.e) == 1 && str_eq(k, STR("a")));
	kv_cursor_close(c);
	c = kv_all(t, PART_TWO, &p.e);
	cr_expect(kv_seek(c, STR("a"), &k, &v, &p.e) == 1 && str_eq(k, STR("b")));
	cr_expect(kv_del(t, PART_ONE, STR("d"), &p.e) == 1);
	cr_expect(kv_next(c, &k, &v, &p.e) == 1 && str_eq(k, STR("c")));
	cr_expect(kv_next(c, &k, &v, &p.e) == 0);
	kv_cursor_close(c);
	kv_abort(t);
	place_end(&p);
}

Test(kv_table, an_id_that_grows_too_long_is_refused)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	char key[KV_KEY_MAX];

	memset(key, 1, sizeof(key)); /* each such byte takes two */
	cr_expect(kv_put(t, FIRST, str_of(key, sizeof(key)), STR(""), &p.e) == 0);
	cr_expect(kv_put(t, OF_IDS, str_of(key, 253), STR(""), &p.e) == 0, "%s", p.e.msg);
	cr_expect(kv_put(t, OF_IDS, str_of(key, 254), STR(""), &p.e) == -1);
	cr_expect(p.e.kind == ERR_INTERNAL, "%s", p.e.msg);
	kv_abort(t);
	place_end(&p);
}

Test(kv_table, a_damaged_key_is_a_damaged_state)
{
	static const struct kv_table plain[] = { { .name = "of_ids", KV_PLAIN } };
	struct place p = place_new();
	struct kv_cursor *c;
	struct kv_txn *t;
	struct str k, v;

	kv_close(p.kv);
	p.kv = kv_open(p.dir, plain, 1, KV_WRITE, &p.e);
	t = begin(&p, true);
	put(&p, t, 0, STR("\7\7\7\7\7"), STR("1"));
	commit(&p, t);
	kv_close(p.kv);
	p.kv = open_at(&p, false);
	t = begin(&p, false);
	c = kv_all(t, OF_IDS, &p.e);
	cr_expect(kv_next(c, &k, &v, &p.e) == -1);
	cr_expect(p.e.kind == ERR_FAILED && strstr(p.e.msg, "damaged") != NULL, "%s", p.e.msg);
	kv_cursor_close(c);
	kv_abort(t);
	place_end(&p);
}
