#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

#include "base/arena.h"

#define NOT_FAILED SIZE_MAX

struct pool {
	pool_fn *fn;
	void *context;
	size_t count;
	atomic_size_t next;    /* the number to be taken next */
	atomic_size_t failed;  /* the lowest that failed, or NOT_FAILED */
	pthread_mutex_t mutex; /* of e, and of writing failed */
	struct err *e;
};

struct worker {
	struct pool *pool;
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

/*
 * A number below the failed one is worked on even though it was taken before
 * and not begun: it may fail itself, and then its error is the one to tell.
 */
static void *
work(void *argument)
{
	struct worker *me = argument;
	struct pool *pool = me->pool;

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
	size_t started = 1;

	if (jobs > count)
		jobs = count;
	if (jobs <= 1)
		return run_alone(count, fn, context, e);
	workers = mem_zero(jobs, sizeof(*workers));
	for (size_t i = 0; i < jobs; i++) {
		workers[i].pool = &pool;
		workers[i].number = i;
	}
	/* Where the system gives no more threads, fewer do the work. */
	while (started < jobs &&
	       pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0)
		started++;
	work(&workers[0]);
	for (size_t i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	mem_free(workers);
	return atomic_load(&pool.failed) == NOT_FAILED ? 0 : -1;
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
