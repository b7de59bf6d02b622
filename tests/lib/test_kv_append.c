/* Goal: what is appended is there, and rows that come between do not make the table grow. */
#include <criterion/criterion.h>

#include "place.h"

#define ROWS 20000

/* Ids as they come, no two alike; the same number gives the same. */
static struct str
key_of(char *out, unsigned i, unsigned between)
{
	int n = snprintf(out, 64, "abcd%08x-58cc-4372-a567-%012x", i, between * 0x9e3779b9U);

	return str_of(out, (size_t)n);
}

static struct str
row_of(unsigned i)
{
	static const char text[] = "a row of some thirty to forty characters or so";

	return str_of(text, 30 + i % 10);
}

static void
append(struct place *p, struct kv_txn *t, size_t table, unsigned n)
{
	char key[64];

	for (unsigned i = 0; i < n; i++)
		cr_assert(
		    kv_append(t, table, key_of(key, i, 0), row_of(i), &p->e) == 0, "%s", p->e.msg);
}

static void
expect_all(struct place *p, struct kv_txn *t, size_t table, unsigned n, unsigned between)
{
	struct kv_cursor *c = kv_all(t, table, &p->e);
	struct str k, v;
	char key[64];

	for (unsigned i = 0; i < n; i++) {
		cr_assert(kv_next(c, &k, &v, &p->e) == 1);
		cr_assert(str_eq(k, key_of(key, i, 0)) && str_eq(v, row_of(i)), "%u", i);
		if (between == 0 || i % between != 0)
			continue;
		cr_assert(kv_next(c, &k, &v, &p->e) == 1);
		cr_assert(str_eq(k, key_of(key, i, 1)) && str_eq(v, row_of(i)), "%u", i);
	}
	cr_expect(kv_next(c, &k, &v, &p->e) == 0, "nothing else is left of it");
	kv_cursor_close(c);
}

/* A hundredth of the rows come between the others; returns by how much the file grew. */
static off_t
grown(struct place *p, size_t table)
{
	struct kv_txn *t = begin(p, true);
	off_t before;
	char key[64];

	append(p, t, table, ROWS);
	commit(p, t);
	rewrite(p, 1); /* as many pages as an hour frees: the file is no measure without */
	before = size_of(p, "data.mdb");
	t = begin(p, true);
	for (unsigned i = 0; i < ROWS; i += 100)
		put(p, t, table, key_of(key, i, 1), row_of(i));
	expect_all(p, t, table, ROWS, 100);
	commit(p, t);
	return size_of(p, "data.mdb") - before;
}

Test(kv_append, room_is_left_for_rows_that_come_between)
{
	struct place plain = place_new(), roomy = place_new();
	off_t by_plain = grown(&plain, BEHIND_FOUR), by_roomy = grown(&roomy, ROOMY);
	off_t pages = by_plain / 4096, roomy_pages = by_roomy / 4096;

	cr_expect(
	    roomy_pages < pages * 3 / 4, "%lld and %lld", (long long)roomy_pages, (long long)pages);
	place_end(&plain);
	place_end(&roomy);
}

Test(kv_append, the_room_is_an_eighth)
{
	struct place plain = place_new(), roomy = place_new();
	struct kv_txn *t = begin(&plain, true);
	off_t a, b;

	append(&plain, t, BEHIND_FOUR, ROWS);
	commit(&plain, t);
	t = begin(&roomy, true);
	append(&roomy, t, ROOMY, ROWS);
	expect_all(&roomy, t, ROOMY, ROWS, 0);
	commit(&roomy, t);
	a = size_of(&plain, "data.mdb");
	b = size_of(&roomy, "data.mdb");
	cr_expect(b > a * 11 / 10 && b < a * 12 / 10, "%lld and %lld", (long long)a, (long long)b);
	place_end(&plain);
	place_end(&roomy);
}

/* Rows larger than what is left, larger than a page, of keys that end as what takes up the room
 * does. */
Test(kv_append, rows_of_any_size_are_there)
{
	static const size_t sizes[] = { 0, 3000, 1, 600, 1900, 2100, 9000, 400, 300, 4000 };
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	char *bytes = mem_zero(9000, 1), key[64];
	struct kv_cursor *c;
	struct str k, v;

	for (unsigned i = 0; i < 3000; i++) {
		struct str id = key_of(key, i / 2, 0);

		id.n += i % 2; /* a NUL more */
		cr_assert(
		    kv_append(t, ROOMY, id, str_of(bytes, sizes[i % COUNT(sizes)]), &p.e) == 0,
		    "%s", p.e.msg);
		if (i % 700 == 699) {
			commit(&p, t);
			t = begin(&p, true);
		}
	}
	c = kv_all(t, ROOMY, &p.e);
	for (unsigned i = 0; i < 3000; i++) {
		cr_assert(kv_next(c, &k, &v, &p.e) == 1);
		cr_assert(v.n == sizes[i % COUNT(sizes)], "%u: %zu", i, v.n);
	}
	cr_expect(kv_next(c, &k, &v, &p.e) == 0);
	kv_cursor_close(c);
	mem_free(bytes);
	kv_abort(t);
	place_end(&p);
}

Test(kv_append, other_tables_may_be_written_between)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	char key[64];

	for (unsigned i = 0; i < 3000; i++) {
		cr_assert(kv_append(t, ROOMY, key_of(key, i, 0), row_of(i), &p.e) == 0);
		cr_assert(kv_append(t, BEHIND_FOUR, key_of(key, i, 0), row_of(i), &p.e) == 0);
		put(&p, t, FIRST, key_of(key, 3000 - i, 0), row_of(i));
	}
	expect_all(&p, t, ROOMY, 3000, 0);
	expect_all(&p, t, BEHIND_FOUR, 3000, 0);
	cr_expect(kv_append(t, ROOMY, key_of(key, 5, 0), STR(""), &p.e) == -1, "out of order");
	cr_expect(p.e.kind == ERR_INTERNAL, "%s", p.e.msg);
	kv_abort(t);
	place_end(&p);
}
