/* Goal: pages that are written before their commit are no state before it, and the same after it.
 */
#include <criterion/criterion.h>

#include "place.h"

#define KEYS 3000
#define WRITES 1500
#define VALUE 300

static const size_t drawn_from[] = { FIRST, SECOND, OF_IDS, BEHIND_FOUR, PART_ONE, PART_TWO };

static unsigned
draw(uint64_t *seed, unsigned n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % n;
}

/* The same to both; only of the first a copy is kept, so only the first writes before its commit.
 */
static void
write_both(struct place *p, struct kv_txn **t, uint64_t *seed, unsigned writes)
{
	char key[16], value[VALUE + 1];

	memset(value, 'v', sizeof(value));
	for (unsigned i = 0; i < writes; i++) {
		size_t table = drawn_from[draw(seed, COUNT(drawn_from))];
		struct str k = number_key(key, draw(seed, KEYS));
		struct str v = str_of(value, draw(seed, draw(seed, 50) == 0 ? 1 : VALUE));
		bool is_gone = draw(seed, 4) == 0;

		snprintf(value, 12, "%011u", draw(seed, 100000));
		for (size_t x = 0; x < 2; x++) {
			if (is_gone)
				cr_assert(kv_del(t[x], table, k, &p[x].e) >= 0, "%s", p[x].e.msg);
			else
				put(&p[x], t[x], table, k, v);
		}
	}
}

/* Each row of both, side by side; while ${writes}, with writes between the steps. */
static void
walk_both(struct place *p, struct kv_txn **t, uint64_t *seed, bool writes)
{
	for (size_t i = 0; i < COUNT(drawn_from); i++) {
		struct kv_cursor *c[2] = { kv_all(t[0], drawn_from[i], &p[0].e),
			kv_all(t[1], drawn_from[i], &p[1].e) };
		struct str key[2], value[2];
		int rc = 1;

		while (rc > 0) {
			rc = kv_next(c[0], &key[0], &value[0], &p[0].e);
			cr_assert(rc == kv_next(c[1], &key[1], &value[1], &p[1].e) && rc >= 0);
			if (rc > 0)
				cr_assert(str_eq(key[0], key[1]) && str_eq(value[0], value[1]),
				    "%.*s, %.*s", STR_ARG(key[0]), STR_ARG(key[1]));
			if (rc > 0 && writes && draw(seed, 100) == 0)
				write_both(p, t, seed, 20);
		}
		kv_cursor_close(c[0]);
		kv_cursor_close(c[1]);
	}
}

static void
begin_both(struct place *p, struct kv_txn **t, bool writable)
{
	for (size_t x = 0; x < 2; x++)
		t[x] = begin(&p[x], writable);
	if (writable)
		kv_share_begin(t[0]);
}

/* One transaction of an open store writes before its commit, so each gets a store opened anew. */
static void
open_again(struct place *p)
{
	kv_close(p->kv);
	p->kv = open_at(p, true);
	cr_assert(p->kv != NULL, "%s", p->e.msg);
}

Test(kv_early, it_is_the_same_as_without)
{
	struct place p[2] = { place_new(), place_new() };
	struct kv_txn *t[2];
	uint64_t seed = 3;

	for (unsigned round = 0; round < 12; round++) {
		begin_both(p, t, true);
		write_both(p, t, &seed, WRITES);
		walk_both(p, t, &seed, true);
		for (size_t x = 0; x < 2; x++) {
			if (round % 3 == 2)
				kv_abort(t[x]);
			else
				commit(&p[x], t[x]);
		}
		begin_both(p, t, false);
		walk_both(p, t, &seed, false);
		kv_abort(t[0]);
		kv_abort(t[1]);
		open_again(&p[0]);
	}
	place_end(&p[0]);
	place_end(&p[1]);
}

/* Whether the text lies in the store's file. */
static bool
is_in_file(struct place *p, struct str text)
{
	struct arena a = { 0 };
	struct str file;
	bool is_there;

	cr_assert(file_load(&a, file_join(&a, p->dir, "data.mdb"), UINT64_MAX, &file, &p->e) == 0);
	is_there = memmem(file.p, file.n, text.p, text.n) != NULL;
	arena_release(&a);
	return is_there;
}

/* It is: how LMDB decides when to write is its own, and a version that decides otherwise is to be
 * found out. */
Test(kv_early, rows_are_in_the_file_before_the_commit_and_are_no_rows)
{
	static const struct str needle = { "the row that was written first", 30 };
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true), *reader;

	kv_share_begin(t);
	put(&p, t, FIRST, STR("0"), needle);
	fill(&p, t, 1000);
	cr_expect(!is_in_file(&p, needle), "so few rows wait for the commit");
	fill(&p, t, 5000);
	cr_expect(is_in_file(&p, needle));
	expect_value(&p, t, FIRST, STR("0"), needle.p);
	reader = begin(&p, false);
	expect_value(&p, reader, FIRST, STR("0"), NULL);
	kv_abort(reader);
	kv_abort(t);
	open_again(&p);
	t = begin(&p, true);
	expect_value(&p, t, FIRST, STR("0"), NULL);
	kv_abort(t);
	place_end(&p);
}
