/* Goal: every piece is made once and taken once, in order and by the caller, and the error does not
 * depend on timing. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/pool.h"

#define PIECES 500
#define JOBS_MAX 8
#define NONE SIZE_MAX

struct counts {
	pthread_t caller;
	size_t jobs;
	atomic_int made[PIECES];
	atomic_size_t begun; /* pieces made or in the making */
	size_t taken;
	size_t lies_in[POOL_AHEAD(JOBS_MAX)]; /* by slot: the piece made there last */
	size_t bad_make, bad_take;            /* these fail */
	bool is_slow_to_take;
	atomic_bool broken;
};

static void
nap(void)
{
	nanosleep(&(struct timespec){ 0, 200000 }, NULL);
}

static int
make(void *context, size_t worker, size_t i, struct err *e)
{
	struct counts *c = context;
	size_t slot = i % POOL_AHEAD(c->jobs);

	if (worker >= c->jobs)
		atomic_store(&c->broken, true);
	atomic_fetch_add(&c->made[i], 1);
	atomic_fetch_add(&c->begun, 1);
	c->lies_in[slot] = i;
	if (i % 50 == 0)
		nap();
	return i == c->bad_make ? err_set(e, ERR_FAILED, "make %zu", i) : 0;
}

static int
take(void *context, size_t worker, size_t i, struct err *e)
{
	struct counts *c = context;
	size_t slot = i % POOL_AHEAD(c->jobs);

	if (worker != 0 || c->taken++ != i || c->lies_in[slot] != i ||
	    !pthread_equal(c->caller, pthread_self()) ||
	    atomic_load(&c->begun) > i + POOL_AHEAD(c->jobs))
		atomic_store(&c->broken, true);
	if (c->is_slow_to_take && i % 50 == 25)
		nap();
	return i == c->bad_take ? err_set(e, ERR_FAILED, "take %zu", i) : 0;
}

static struct counts *
run(size_t jobs, size_t count, struct counts with, struct err *e, int want)
{
	struct counts *c = mem_zero(1, sizeof(*c));
	struct pool_line line = { make, take, c };

	c->caller = pthread_self();
	c->jobs = jobs;
	c->bad_make = with.bad_make;
	c->bad_take = with.bad_take;
	c->is_slow_to_take = with.is_slow_to_take;
	cr_expect_eq(pool_in_order(jobs, count, &line, e), want, "jobs %zu", jobs);
	cr_expect(!atomic_load(&c->broken), "jobs %zu, %zu pieces", jobs, count);
	return c;
}

Test(pool_in_order, pieces_are_taken_in_order_by_the_caller)
{
	for (size_t jobs = 1; jobs <= JOBS_MAX; jobs++) {
		for (int slow = 0; slow < 2; slow++) {
			struct counts with = {
				.bad_make = NONE, .bad_take = NONE, .is_slow_to_take = slow != 0
			};
			struct err e = ERR_INIT;
			struct counts *c = run(jobs, PIECES, with, &e, 0);

			cr_expect_eq(c->taken, PIECES);
			for (size_t i = 0; i < PIECES; i++)
				cr_expect_eq(
				    atomic_load(&c->made[i]), 1, "jobs %zu, piece %zu", jobs, i);
			cr_expect_eq(e.kind, ERR_NONE, "%s", e.msg);
			mem_free(c);
		}
	}
}

Test(pool_in_order, there_may_be_fewer_pieces_than_jobs)
{
	for (size_t count = 0; count < 4; count++) {
		struct counts with = { .bad_make = NONE, .bad_take = NONE };
		struct err e = ERR_INIT;
		struct counts *c = run(JOBS_MAX, count, with, &e, 0);

		cr_expect_eq(c->taken, count);
		mem_free(c);
	}
}

Test(pool_in_order, the_error_is_that_of_the_lowest_piece)
{
	static const struct {
		size_t make, take;
		const char *want;
	} rows[] = { { 7, NONE, "make 7" }, { NONE, 7, "take 7" }, { 8, 7, "take 7" },
		{ 7, 8, "make 7" }, { 0, NONE, "make 0" }, { PIECES - 1, NONE, "make 499" },
		{ NONE, PIECES - 1, "take 499" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t jobs = 1; jobs <= JOBS_MAX; jobs++) {
			struct counts with = { .bad_make = rows[i].make, .bad_take = rows[i].take };
			struct err e = ERR_INIT;
			struct counts *c = run(jobs, PIECES, with, &e, -1);

			cr_expect_str_eq(e.msg, rows[i].want, "jobs %zu", jobs);
			mem_free(c);
		}
	}
}
