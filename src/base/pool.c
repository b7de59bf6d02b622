#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

#include "base/arena.h"

#define NOT_FAILED SIZE_MAX

/* Work over numbers whose results need no order. */
struct pool {
	pool_fn *fn;
	void *context;
	size_t count;
	atomic_size_t next;    /* the number to be begun next */
	atomic_size_t failed;  /* the lowest that failed, or NOT_FAILED */
	pthread_mutex_t mutex; /* of e, and of writing failed */
	struct err *e;
};

struct worker {
	void *shared; /* struct pool or struct line */
	size_t number;
	pthread_t thread;
};

static void
note_failure(struct pool *pool, size_t i, const struct err *e)
{
	pthread_mutex_lock(&pool->mutex);
	if (i < atomic_load(&pool->failed)) {
		atomic_store(&pool->failed, i);
		*pool->e = *e;
	}
	pthread_mutex_unlock(&pool->mutex);
}

/* A number below the failed one is still worked on: should it fail itself, its error is the one to
 * tell. */
static void *
work_pool(void *argument)
{
	struct worker *me = argument;
	struct pool *pool = me->shared;

	for (;;) {
		struct err e = ERR_INIT;
		size_t i = atomic_fetch_add(&pool->next, 1);

		if (i >= pool->count || i > atomic_load(&pool->failed))
			return NULL;
		if (pool->fn(pool->context, me->number, i, &e) != 0)
			note_failure(pool, i, &e);
	}
}

static int
run_alone(size_t count, pool_fn *fn, void *context, struct err *e)
{
	for (size_t i = 0; i < count; i++)
		if (fn(context, 0, i, e) != 0)
			return -1;
	return 0;
}

/* Start all workers but number 0, who is the caller.  Where the system gives no more threads, fewer
 * do the work. */
static struct worker *
start_workers(size_t jobs, void *(*work)(void *), void *shared, size_t *started)
{
	struct worker *workers = mem_zero(jobs, sizeof(*workers));

	for (size_t i = 0; i < jobs; i++)
		workers[i] = (struct worker){ .shared = shared, .number = i };
	*started = 1;
	while (*started < jobs &&
	       pthread_create(&workers[*started].thread, NULL, work, &workers[*started]) == 0)
		++*started;
	return workers;
}

static void
join_workers(struct worker *workers, size_t started)
{
	for (size_t i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	mem_free(workers);
}

int
pool_run(size_t jobs, size_t count, pool_fn *fn, void *context, struct err *e)
{
	struct pool pool = {
		.fn = fn,
		.context = context,
		.count = count,
		.failed = NOT_FAILED,
		.mutex = PTHREAD_MUTEX_INITIALIZER,
		.e = e,
	};
	struct worker *workers;
	size_t started;

	if (jobs > count)
		jobs = count;
	if (jobs <= 1)
		return run_alone(count, fn, context, e);
	workers = start_workers(jobs, work_pool, &pool, &started);
	work_pool(&workers[0]);
	join_workers(workers, started);
	return atomic_load(&pool.failed) == NOT_FAILED ? 0 : -1;
}

/* Results that are made in any order and taken in theirs. */
struct line {
	const struct pool_line *calls;
	size_t count, room;
	pthread_mutex_t mutex; /* of all below */
	pthread_cond_t moved;
	size_t next, taken; /* to be made next; to be taken next */
	struct made *made;  /* ${room} of them, by number */
	bool is_over;       /* nothing further is begun */
};

struct made {
	bool is_done;
	int rc;
	struct err e;
};

/* Claim the next number if there is one and room for its result; the mutex is held. */
static bool
claim(struct line *l, size_t *i)
{
	if (l->is_over || l->next == l->count || l->next - l->taken == l->room)
		return false;
	*i = l->next++;
	return true;
}

/* The mutex is held, but not during the call. */
static void
make(struct line *l, size_t worker, size_t i)
{
	struct made *m = &l->made[i % l->room];

	*m = (struct made){ .e = ERR_INIT };
	pthread_mutex_unlock(&l->mutex);
	m->rc = l->calls->make(l->calls->context, worker, i, &m->e);
	pthread_mutex_lock(&l->mutex);
	m->is_done = true;
	pthread_cond_broadcast(&l->moved);
}

static void *
work_line(void *argument)
{
	struct worker *me = argument;
	struct line *l = me->shared;
	size_t i;

	pthread_mutex_lock(&l->mutex);
	while (!l->is_over && l->next < l->count) {
		if (claim(l, &i))
			make(l, me->number, i);
		else
			pthread_cond_wait(&l->moved, &l->mutex);
	}
	pthread_mutex_unlock(&l->mutex);
	return NULL;
}

/* Take the next result; the mutex is held, but not during the call. */
static int
take(struct line *l, struct err *e)
{
	size_t i = l->taken;
	struct made *m = &l->made[i % l->room];
	int rc = m->rc;

	if (rc != 0)
		*e = m->e;
	pthread_mutex_unlock(&l->mutex);
	if (rc == 0)
		rc = l->calls->take(l->calls->context, 0, i, e);
	pthread_mutex_lock(&l->mutex);
	m->is_done = false;
	l->taken++;
	l->is_over = rc != 0;
	pthread_cond_broadcast(&l->moved);
	return rc;
}

/* The caller takes before all else, and makes while there is nothing to take. */
static int
take_all(struct line *l, struct err *e)
{
	int rc = 0;
	size_t i;

	pthread_mutex_lock(&l->mutex);
	while (rc == 0 && l->taken < l->count) {
		if (l->made[l->taken % l->room].is_done)
			rc = take(l, e);
		else if (claim(l, &i))
			make(l, 0, i);
		else
			pthread_cond_wait(&l->moved, &l->mutex);
	}
	pthread_mutex_unlock(&l->mutex);
	return rc;
}

int
pool_in_order(size_t jobs, size_t count, const struct pool_line *calls, struct err *e)
{
	struct line l = {
		.calls = calls,
		.count = count,
		.room = POOL_AHEAD(jobs),
		.mutex = PTHREAD_MUTEX_INITIALIZER,
		.moved = PTHREAD_COND_INITIALIZER,
	};
	struct worker *workers;
	size_t started;
	int rc;

	if (jobs > count)
		jobs = count > 0 ? count : 1;
	l.made = mem_zero(l.room, sizeof(*l.made));
	workers = start_workers(jobs, work_line, &l, &started);
	rc = take_all(&l, e);
	join_workers(workers, started);
	mem_free(l.made);
	return rc;
}

static void *
run_task(void *argument)
{
	struct pool_task *t = argument;

	t->rc = t->fn(t->context, &t->e);
	return NULL;
}

void
pool_start(struct pool_task *t, size_t jobs, pool_task_fn *fn, void *context)
{
	*t = (struct pool_task){ .fn = fn, .context = context, .e = ERR_INIT };
	t->is_running = jobs > 1 && pthread_create(&t->thread, NULL, run_task, t) == 0;
	if (!t->is_running)
		run_task(t);
}

int
pool_wait(struct pool_task *t, struct err *e)
{
	int rc;

	if (t->is_running)
		pthread_join(t->thread, NULL);
	rc = t->rc;
	if (rc != 0)
		*e = t->e;
	*t = (struct pool_task){ 0 };
	return rc;
}

size_t
pool_cores(void)
{
	cpu_set_t set;
	long n;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
		return (size_t)CPU_COUNT(&set);
	/* More processors than the set has room for. */
	n = sysconf(_SC_NPROCESSORS_ONLN);
	return n > 0 ? (size_t)n : 1;
}
