/* Goal: what is found and written of many customers is the same whatever the
 * number of threads, and as much is written in order as was found. */
#include "support/account.h"

#include <stdatomic.h>
#include <stdio.h>

#include "dailystory/workers.h"

#define MANY 3000
#define JOBS_MAX 5

/* Each customer has a row with a number; its text is found and stored. */
struct fixture {
	struct state *s;
	struct buf stored;
	size_t bad; /* cannot be found out about; MANY: nobody */
	size_t next;
	atomic_size_t others; /* found by another state than the writer's */
	bool is_mixed;
};

struct found {
	struct str text;
	bool is_clean;
};

static struct str
name_of(struct arena *a, size_t i)
{
	return str_printf(a, "c%05zu", i);
}

static int
find(void *context, struct arena *a, struct state *s, size_t i, void *result, struct err *e)
{
	struct fixture *t = context;
	struct found *f = result;
	struct str row;

	if (s != t->s)
		atomic_fetch_add(&t->others, 1);
	if (i == t->bad)
		return err_set(e, ERR_FAILED, "customer %zu", i);
	if (kv_get(s->txn, TABLE_CUSTOMERS, name_of(a, i), &row, e) <= 0)
		return err_set(e, ERR_INTERNAL, "no row of %zu", i);
	f->is_clean = f->text.p == NULL;
	f->text = str_printf(a, "%.*s;", STR_ARG(row));
	return 0;
}

static int
store(void *context, size_t i, void *result, struct err *e)
{
	struct fixture *t = context;
	const struct found *f = result;
	struct arena a = { 0 };
	int rc;

	t->is_mixed = t->is_mixed || i != t->next++ || !f->is_clean;
	buf_str(&t->stored, f->text);
	rc = kv_put(t->s->txn, TABLE_PROFILES, name_of(&a, i), f->text, e);
	arena_release(&a);
	return rc;
}

/* A state with rows of so many, its first snapshot not ended. */
static void
fixture_begin(struct account *g, struct fixture *t, size_t n)
{
	struct arena a = { 0 };

	account_begin(g);
	*t = (struct fixture){ .s = &g->s, .bad = MANY };
	for (size_t i = 0; i < n; i++)
		cr_assert(kv_put(g->s.txn, TABLE_CUSTOMERS, name_of(&a, i),
		              str_printf(&a, "row %zu", i * 7), &g->e) == 0);
	arena_release(&a);
}

static int
run(struct account *g, struct fixture *t, size_t jobs, size_t n)
{
	struct workers w = { .n = n,
		.result_size = sizeof(struct found),
		.context = t,
		.find = find,
		.store = store };

	return workers_run(&g->s, jobs, &w, &g->e);
}

static void
expect_all(struct account *g, struct fixture *t, size_t n)
{
	struct buf want = { 0 };
	uint64_t rows = 0;

	for (size_t i = 0; i < n; i++)
		buf_printf(&want, "row %zu;", i * 7);
	cr_expect(str_eq(buf_view(&t->stored), buf_view(&want)));
	cr_expect(!t->is_mixed);
	cr_assert(kv_count(g->s.txn, TABLE_PROFILES, &rows, &g->e) == 0);
	cr_expect(rows == n);
	buf_release(&want);
	buf_release(&t->stored);
	account_end(g);
}

Test(workers, any_number_of_threads_finds_the_same)
{
	static const size_t counts[] = { 0, 1, 15, 16, 17, 255, 256, MANY };

	for (size_t jobs = 1; jobs <= JOBS_MAX; jobs++) {
		for (size_t k = 0; k < sizeof(counts) / sizeof(*counts); k++) {
			struct account g;
			struct fixture t;

			fixture_begin(&g, &t, counts[k]);
			cr_assert(run(&g, &t, jobs, counts[k]) == 0, "%s", g.e.msg);
			cr_expect((atomic_load(&t.others) > 0) == (jobs > 1 && counts[k] >= 256));
			expect_all(&g, &t, counts[k]);
		}
	}
}

/* The rows of every third customer are of this snapshot, those of the others of the one before. */
static void
begin_later(struct account *g, struct fixture *t)
{
	struct arena a = { 0 };

	fixture_begin(g, t, MANY);
	g->s.totals.applied = 1;
	for (size_t i = 0; i < MANY; i += 3)
		cr_assert(
		    kv_put(g->s.txn, TABLE_CUSTOMERS, name_of(&a, i), STR("old"), &g->e) == 0);
	cr_assert(state_commit(&g->s, &g->e) == 0, "%s", g->e.msg);
	cr_assert(state_begin(&g->s, &g->e) == 1);
	for (size_t i = 0; i < MANY; i += 3)
		cr_assert(kv_put(g->s.txn, TABLE_CUSTOMERS, name_of(&a, i),
		              str_printf(&a, "row %zu", i * 7), &g->e) == 0);
	arena_release(&a);
}

Test(workers, of_a_later_snapshot_all_threads_see_what_is_not_committed)
{
	for (size_t jobs = 1; jobs <= JOBS_MAX; jobs++) {
		struct account g;
		struct fixture t;

		begin_later(&g, &t);
		cr_assert(run(&g, &t, jobs, MANY) == 0, "%s", g.e.msg);
		cr_expect((atomic_load(&t.others) > 0) == (jobs > 1));
		expect_all(&g, &t, MANY);
	}
}

Test(workers, after_too_much_was_written_only_the_writer_sees_it)
{
	struct account g;
	struct fixture t;
	char *much = mem_zero(1 << 20, 1);

	begin_later(&g, &t);
	for (size_t i = 0; i < 33; i++)
		cr_assert(
		    kv_put(g.s.txn, TABLE_META, STR("much"), str_of(much, 1 << 20), &g.e) == 0);
	cr_assert(run(&g, &t, 4, MANY) == 0, "%s", g.e.msg);
	cr_expect(atomic_load(&t.others) == 0);
	expect_all(&g, &t, MANY);
	mem_free(much);
}

Test(workers, a_failure_ends_it_there)
{
	for (size_t jobs = 1; jobs <= JOBS_MAX; jobs++) {
		struct account g;
		struct fixture t;

		fixture_begin(&g, &t, MANY);
		t.bad = 1234;
		cr_expect(run(&g, &t, jobs, MANY) == -1);
		cr_expect_str_eq(g.e.msg, "customer 1234");
		cr_expect(t.next == 1232, "whole batches before it: %zu", t.next);
		buf_release(&t.stored);
		account_end(&g);
	}
}
