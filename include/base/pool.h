/* pool.h -- work over a numbered list, done by several threads.
 *
 * Results are put where their number says, so that nothing depends on which
 * thread was first.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * One piece of work.  ${worker} is 0 .. jobs-1 (for scratch memory of its own),
 * ${i} the number.
 * Returns: 0, or -1 with ${e} filled; no further piece is begun then.
 */
typedef int pool_fn(void *context, size_t worker, size_t i, struct err *e);

/*
 * pool_run(jobs, count, fn, context, e):
 * Call fn for 0 .. count-1, begun in that order, on up to jobs threads; with
 * jobs 1 on the calling thread alone.  Returns after all have ended.
 * Errors: that of the lowest number that failed, whatever the timing: every
 *         piece below it has been run.
 */
int pool_run(size_t jobs, size_t count, pool_fn *fn, void *context, struct err *e) ERR_MUST;

/*
 * pool_in_order(jobs, count, line, e):
 * Call make for 0 .. count-1 as pool_run does, and take for each of them on the
 * calling thread, in order, once it is made and all before it are taken.  A
 * number is begun only when the one POOL_AHEAD(jobs) before it was taken, so
 * that much room for results is enough.
 * Errors: that of the lowest number; what came before it has been taken.
 */
struct pool_line {
	pool_fn *make, *take; /* take's worker is 0 */
	void *context;
};
#define POOL_AHEAD(jobs) ((jobs) > 1 ? 4 * (jobs) : 1)
int pool_in_order(size_t jobs, size_t count, const struct pool_line *line, struct err *e) ERR_MUST;

/*
 * One piece of work beside the caller's own; zero-initialisable.  pool_start
 * begins it on a thread of its own (with jobs 1 it is done at once).  pool_wait
 * waits for its end and gives its result; again, or without a start, 0.
 */
typedef int pool_task_fn(void *context, struct err *e);
struct pool_task {
	pool_task_fn *fn;
	void *context;
	pthread_t thread;
	bool is_running;
	int rc;
	struct err e;
};
void pool_start(struct pool_task *t, size_t jobs, pool_task_fn *fn, void *context);
int pool_wait(struct pool_task *t, struct err *e) ERR_MUST;

/* pool_cores(): the processors this process may use, at least 1. */
size_t pool_cores(void);

#endif /* BASE_POOL_H */
