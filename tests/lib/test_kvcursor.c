/* Goal: a cursor walks in key order and keeps its place among writes. */
#include <criterion/criterion.h>

#include "place.h"

struct walk {
	struct place at;
	struct kv_txn *t;
	size_t table;
	struct kv_cursor *c;
	struct err e;
};

/* An empty store, a writing transaction, a cursor over one of its tables. */
static struct walk
walk_over(size_t table)
{
	struct walk w = { .at = place_new(), .table = table, .e = ERR_INIT };

	w.t = begin(&w.at, true);
	w.c = kv_all(w.t, table, &w.e);
	cr_assert(w.c != NULL, "%s", w.e.msg);
	return w;
}

static struct walk
walk_new(void)
{
	return walk_over(FIRST);
}

static void
walk_end(struct walk *w)
{
	kv_cursor_close(w->c);
	kv_abort(w->t);
	place_end(&w->at);
}

static void
add(struct walk *w, const char *key)
{
	cr_assert(kv_put(w->t, FIRST, str_c(key), str_c(key), &w->e) == 0, "%s", w->e.msg);
}

static void
add_each(struct walk *w, const char *letters)
{
	for (; *letters != '\0'; letters++)
		add(w, (char[]){ *letters, '\0' });
}

static void
del(struct walk *w, const char *key)
{
	cr_assert(kv_del(w->t, FIRST, str_c(key), &w->e) == 1, "%s", key);
}

/* A step came to the key ${want}, or to the end if that is NULL. */
static void
expect_at(int rc, struct str key, struct str value, const char *want)
{
	cr_expect(rc == (want != NULL), "%d instead of %s", rc, want == NULL ? "the end" : want);
	if (rc != 1 || want == NULL)
		return;
	cr_expect(str_eq(key, str_c(want)), "%.*s instead of %s", STR_ARG(key), want);
	cr_expect(str_eq(value, str_c(want)), "value %.*s", STR_ARG(value));
}

static void
expect_next(struct walk *w, const char *want)
{
	struct str k = { 0 }, v = { 0 };

	expect_at(kv_next(w->c, &k, &v, &w->e), k, v, want);
}

static void
expect_seek(struct walk *w, const char *from, const char *want)
{
	struct str k = { 0 }, v = { 0 };

	expect_at(kv_seek(w->c, str_c(from), &k, &v, &w->e), k, v, want);
}

Test(kvcursor, seek_finds_the_first_key_not_less)
{
	struct walk w = walk_new();

	add_each(&w, "bdf");
	add(&w, "bb");
	expect_seek(&w, "", "b");
	expect_seek(&w, "a", "b");
	expect_seek(&w, "b", "b");
	expect_seek(&w, "ba", "bb");
	expect_seek(&w, "bbb", "d");
	expect_seek(&w, "f", "f");
	expect_seek(&w, "fa", NULL);
	expect_next(&w, NULL);
	expect_seek(&w, "e", "f");
	walk_end(&w);
}

Test(kvcursor, keys_are_ordered_by_unsigned_bytes_and_length)
{
	struct walk w = walk_new();

	add(&w, "\xff");
	add(&w, "a");
	add(&w, "\x7f");
	add(&w, "aa");
	add(&w, "\x01");
	add(&w, "Z");
	expect_seek(&w, "", "\x01");
	expect_next(&w, "Z");
	expect_next(&w, "a");
	expect_next(&w, "aa");
	expect_next(&w, "\x7f");
	expect_next(&w, "\xff");
	expect_next(&w, NULL);
	expect_next(&w, NULL);
	walk_end(&w);
}

Test(kvcursor, an_empty_table_has_nothing_anywhere)
{
	struct walk w = walk_new();

	expect_next(&w, NULL);
	expect_seek(&w, "", NULL);
	expect_seek(&w, "a", NULL);
	walk_end(&w);
}

Test(kvcursor, a_new_cursor_begins_at_the_first_key)
{
	struct walk w = walk_new();

	add_each(&w, "ab");
	expect_next(&w, "a");
	expect_next(&w, "b");
	walk_end(&w);
}

Test(kvcursor, a_scan_gives_the_keys_with_its_prefix)
{
	static const char *const want[] = { "b", "ba", "bb" };
	struct walk w = walk_new();
	struct kv_cursor *c = kv_scan(w.t, FIRST, STR("b"), &w.e);
	struct str k, v;

	add_each(&w, "acb");
	add(&w, "ba");
	for (size_t i = 0; i < COUNT(want); i++) {
		cr_expect(kv_next(c, &k, &v, &w.e) == 1 && str_eq(k, str_c(want[i])), "%zu", i);
		if (i == 0)
			add(&w, "bb"); /* it finds its place again */
	}
	cr_expect(kv_next(c, &k, &v, &w.e) == 0 && kv_next(c, &k, &v, &w.e) == 0);
	cr_expect(kv_seek(c, STR("a"), &k, &v, &w.e) == 1 && str_eq(k, STR("b")),
	    "keys before the prefix are not its own");
	kv_cursor_close(c);
	c = kv_scan(w.t, FIRST, STR("d"), &w.e);
	cr_expect(kv_next(c, &k, &v, &w.e) == 0, "none has it");
	kv_cursor_close(c);
	cr_expect(kv_next(NULL, &k, &v, &w.e) == -1, "a cursor that could not be opened");
	cr_expect(kv_seek(NULL, STR("a"), &k, &v, &w.e) == -1, "the same");
	walk_end(&w);
}

Test(kvcursor, seeking_from_a_key_too_long_is_our_own_fault)
{
	struct walk w = walk_new();
	char key[KV_KEY_MAX + 1] = { 0 };
	struct str k, v;

	cr_expect(kv_seek(w.c, str_of(key, sizeof(key)), &k, &v, &w.e) == -1);
	cr_expect(w.e.kind == ERR_INTERNAL);
	walk_end(&w);
}

Test(kvcursor, deleting_the_key_at_hand_loses_no_other)
{
	struct walk w = walk_new();

	add_each(&w, "abcd");
	expect_seek(&w, "", "a");
	del(&w, "a");
	expect_next(&w, "b");
	del(&w, "b");
	del(&w, "c");
	expect_next(&w, "d");
	del(&w, "d");
	expect_next(&w, NULL);
	walk_end(&w);
}

Test(kvcursor, keys_put_behind_come_and_keys_put_before_do_not)
{
	struct walk w = walk_new();

	add_each(&w, "bd");
	expect_seek(&w, "", "b");
	add_each(&w, "ace");
	expect_next(&w, "c");
	add(&w, "c");
	expect_next(&w, "d");
	del(&w, "a");
	expect_next(&w, "e");
	expect_next(&w, NULL);
	walk_end(&w);
}

Test(kvcursor, clearing_the_table_is_its_end)
{
	struct walk w = walk_new();

	add_each(&w, "abc");
	expect_seek(&w, "", "a");
	cr_assert(kv_clear(w.t, FIRST, &w.e) == 0);
	add_each(&w, "b");
	expect_next(&w, "b");
	expect_next(&w, NULL);
	walk_end(&w);
}

Test(kvcursor, writing_another_table_moves_nothing)
{
	struct walk w = walk_new();

	add_each(&w, "abc");
	expect_seek(&w, "", "a");
	cr_assert(kv_put(w.t, SECOND, STR("b"), STR("x"), &w.e) == 0);
	expect_next(&w, "b");
	cr_assert(kv_del(w.t, SECOND, STR("b"), &w.e) == 1);
	expect_next(&w, "c");
	walk_end(&w);
}

#define KEYS 3000

/* The table as it should be, and the walk over it. */
struct model {
	bool present[KEYS];
	uint32_t seed;
	int at; /* -1: nowhere yet */
};

static unsigned
draw(struct model *m, unsigned below)
{
	m->seed = m->seed * 1664525 + 1013904223;
	return (m->seed >> 8) % below;
}

static struct str
key_of(char *out, unsigned i)
{
	/* Long keys make a tree of many pages. */
	int n = snprintf(out, 128, "%05u%0*d", i, 20 + (int)(i % 80), 0);

	return str_of(out, (size_t)n);
}

static void
scribble(struct walk *w, struct model *m)
{
	char key[128];
	/* Often around the cursor, where it hurts. */
	unsigned near = (unsigned)(m->at + (int)draw(m, 7) + KEYS - 3) % KEYS;
	unsigned i = draw(m, 3) > 0 ? near : draw(m, KEYS);
	struct str k = key_of(key, i);

	if (draw(m, 4) == 0) {
		struct str v = STR("");

		cr_assert(kv_get(w->t, w->table, k, &v, &w->e) == m->present[i]);
		cr_assert(!m->present[i] || str_eq(v, k));
	} else if (draw(m, 5) < 3) {
		cr_assert(kv_del(w->t, w->table, k, &w->e) == m->present[i]);
		m->present[i] = false;
	} else {
		cr_assert(kv_put(w->t, w->table, k, k, &w->e) == 0);
		m->present[i] = true;
	}
}

static void
walk_all(struct walk *w, struct model *m)
{
	for (;;) {
		char want[128];
		struct str k, v;
		int rc, i = m->at + 1;

		for (unsigned n = draw(m, 4); n > 0; n--)
			scribble(w, m);
		while (i < KEYS && !m->present[i])
			i++;
		rc = m->at < 0 ? kv_seek(w->c, STR("0"), &k, &v, &w->e)
		               : kv_next(w->c, &k, &v, &w->e);
		cr_assert(rc == (i < KEYS), "%d at %d", rc, i);
		if (rc == 0)
			return;
		cr_assert(str_eq(k, key_of(want, (unsigned)i)), "at %d", i);
		cr_assert(str_eq(v, k), "value at %d", i);
		m->at = i;
	}
}

Test(kvcursor, agrees_with_a_model_under_any_writes)
{
	for (uint32_t seed = 1; seed <= 24; seed++) {
		static const size_t over[] = { FIRST, OF_IDS, PART_ONE, PART_TWO };
		struct walk w = walk_over(over[seed % COUNT(over)]);
		struct model m = { .seed = seed };

		for (int round = 0; round < 8; round++) {
			m.at = -1;
			for (int i = 0; i < 2000; i++)
				scribble(&w, &m);
			walk_all(&w, &m);
		}
		walk_end(&w);
	}
}

Test(kvcursor, back_from_the_last_to_the_first)
{
	static const char letters[] = "acegi";
	struct walk w = walk_new();
	struct str value = { 0 };

	add_each(&w, letters);
	cr_expect(kv_back(w.c, &value, &w.e) == -1, "in a writing transaction");
	kv_cursor_close(w.c);
	cr_assert(kv_commit(w.t, &w.e) == 0);
	w.t = begin(&w.at, false);
	w.c = kv_all(w.t, FIRST, &w.e);
	for (size_t i = sizeof(letters) - 1; i-- > 0;) {
		cr_assert(kv_back(w.c, &value, &w.e) == 1, "%s", w.e.msg);
		cr_expect(str_eq(value, str_of(&letters[i], 1)));
	}
	cr_expect(kv_back(w.c, &value, &w.e) == 0);
	cr_expect(kv_back(w.c, &value, &w.e) == 0, "there it stays");
	kv_cursor_close(w.c);
	w.c = kv_all(w.t, PART_ONE, &w.e);
	cr_expect(kv_back(w.c, &value, &w.e) == -1, "in a tree that tables share");
	kv_cursor_close(w.c);
	w.c = kv_all(w.t, SECOND, &w.e);
	cr_expect(kv_back(w.c, &value, &w.e) == 0, "an empty table");
	walk_end(&w);
}
