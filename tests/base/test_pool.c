/* Goal: every piece is done once, and the error told does not depend on timing.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/pool.h"

#define PIECES 2000
#define JOBS_MAX 16

struct counts {
	atomic_int done[PIECES];
	atomic_int busy[JOBS_MAX]; /* pieces a worker is at: never two */
	atomic_bool broken;
	size_t jobs;
};

static int
count_piece(void *context, size_t worker, size_t i, struct err *e)
{
	struct counts *c = context;

	if (worker >= c->jobs || i >= PIECES || atomic_fetch_add(&c->busy[worker], 1) != 0)
		atomic_store(&c->broken, true);
	atomic_fetch_add(&c->done[i], 1);
	atomic_fetch_sub(&c->busy[worker], 1);
	return 0;
}

Test(pool, every_piece_is_done_exactly_once)
{
	for (size_t jobs = 1; jobs <= JOBS_MAX; jobs++) {
		struct counts *c = mem_zero(1, sizeof(*c));
		struct err e = ERR_INIT;

		c->jobs = jobs;
		cr_expect_eq(pool_run(jobs, PIECES, count_piece, c, &e), 0, "%s", e.msg);
		for (size_t i = 0; i < PIECES; i++)
			cr_expect_eq(atomic_load(&c->done[i]), 1, "jobs %zu, piece %zu", jobs, i);
		cr_expect(
		    !atomic_load(&c->broken), "jobs %zu: a worker is one thread at a time", jobs);
		cr_expect_eq(e.kind, ERR_NONE, "success leaves the error");
		mem_free(c);
	}
}

Test(pool, more_jobs_than_pieces_are_no_matter)
{
	for (size_t count = 0; count < 4; count++) {
		struct counts *c = mem_zero(1, sizeof(*c));
		struct err e = ERR_INIT;

		c->jobs = JOBS_MAX;
		cr_expect_eq(pool_run(JOBS_MAX, count, count_piece, c, &e), 0);
		for (size_t i = 0; i < PIECES; i++)
			cr_expect_eq(
			    atomic_load(&c->done[i]), i < count, "count %zu, piece %zu", count, i);
		mem_free(c);
	}
}

static int
check_thread(void *context, size_t worker, size_t i, struct err *e)
{
	const pthread_t *caller = context;

	if (!pthread_equal(*caller, pthread_self()))
		return err_set(e, ERR_FAILED, "another thread for %zu", i);
	return 0;
}

Test(pool, one_job_runs_on_the_calling_thread)
{
	pthread_t me = pthread_self();
	struct err e = ERR_INIT;

	cr_expect_eq(pool_run(1, 10, check_thread, &me, &e), 0, "%s", e.msg);
	cr_expect_eq(pool_run(0, 10, check_thread, &me, &e), 0, "%s", e.msg);
	cr_expect_eq(pool_run(8, 1, check_thread, &me, &e), 0, "%s", e.msg);
}

struct plan {
	atomic_int done[PIECES];
	size_t first, step; /* first, first + step, … fail */
	unsigned seed;
};

static int
fail_some(void *context, size_t worker, size_t i, struct err *e)
{
	struct plan *p = context;
	unsigned wait = (unsigned)(i * 2654435761u + p->seed) >> 20;
	struct timespec pause = { 0, (long)(wait % 64) * 1000 };

	/* The lower a piece, the later it is done: the trap of the game. */
	if (i < 100 && i % 3 == p->seed % 3)
		nanosleep(&pause, NULL);
	atomic_fetch_add(&p->done[i], 1);
	if (i >= p->first && (i - p->first) % p->step == 0)
		return err_set(e, ERR_DAMAGED, "piece %zu", i);
	return 0;
}

Test(pool, the_lowest_failure_is_told_and_all_below_it_was_done)
{
	for (unsigned round = 0; round < 300; round++) {
		struct plan *p = mem_zero(1, sizeof(*p));
		struct err e = ERR_INIT;
		char want[32];

		p->first = round % 120;
		p->step = 1 + round % 5;
		p->seed = round;
		snprintf(want, sizeof(want), "piece %zu", p->first);
		cr_expect_eq(pool_run(1 + round % 9, PIECES, fail_some, p, &e), -1);
		cr_expect_str_eq(e.msg, want, "round %u", round);
		cr_expect_eq(e.kind, ERR_DAMAGED, "round %u", round);
		for (size_t i = 0; i <= p->first; i++)
			cr_expect_eq(atomic_load(&p->done[i]), 1, "round %u, piece %zu", round, i);
		for (size_t i = 0; i < PIECES; i++)
			cr_expect_leq(atomic_load(&p->done[i]), 1, "round %u, piece %zu", round, i);
		mem_free(p);
	}
}

Test(pool, a_failure_stops_the_rest)
{
	for (size_t jobs = 1; jobs <= 8; jobs++) {
		struct plan *p = mem_zero(1, sizeof(*p));
		struct err e = ERR_INIT;
		size_t done = 0;

		p->step = 1;
		cr_expect_eq(pool_run(jobs, PIECES, fail_some, p, &e), -1);
		for (size_t i = 0; i < PIECES; i++)
			done += (size_t)atomic_load(&p->done[i]);
		cr_expect_leq(done, jobs, "%zu pieces on %zu jobs", done, jobs);
		mem_free(p);
	}
}

static int
store_square(void *context, size_t worker, size_t i, struct err *e)
{
	uint64_t *squares = context;

	squares[i] = (uint64_t)i * i;
	return 0;
}

Test(pool, results_are_seen_by_the_caller)
{
	uint64_t *squares = mem_zero(PIECES, sizeof(*squares));
	struct err e = ERR_INIT;

	cr_expect_eq(pool_run(4, PIECES, store_square, squares, &e), 0);
	for (size_t i = 0; i < PIECES; i++)
		cr_expect_eq(squares[i], (uint64_t)i * i, "piece %zu", i);
	mem_free(squares);
}

Test(pool, there_is_at_least_one_processor)
{
	cr_expect_geq(pool_cores(), 1u);
}

static int
fail_or_add(void *context, struct err *e)
{
	int *sum = context;

	if (*sum < 0)
		return err_set(e, ERR_FAILED, "less than nothing");
	*sum += 1;
	return 0;
}

Test(pool, a_task_has_ended_when_it_was_waited_for)
{
	for (size_t jobs = 1; jobs <= 2; jobs++) {
		struct pool_task t = { 0 };
		struct err e = ERR_INIT;
		int sum = 5;

		cr_expect_eq(pool_wait(&t, &e), 0, "never started");
		pool_start(&t, jobs, fail_or_add, &sum);
		cr_expect_eq(pool_wait(&t, &e), 0);
		cr_expect_eq(sum, 6, "jobs %zu", jobs);
		cr_expect_eq(pool_wait(&t, &e), 0, "waited for twice");
		sum = -1;
		pool_start(&t, jobs, fail_or_add, &sum);
		cr_expect_eq(pool_wait(&t, &e), -1);
		cr_expect_eq(e.kind, ERR_FAILED, "jobs %zu", jobs);
		cr_expect_eq(pool_wait(&t, &e), 0, "told once");
	}
}
