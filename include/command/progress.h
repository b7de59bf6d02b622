/* progress.h -- a bar on the terminal while pages are read.
 *
 * Drawn only if standard error is a terminal and neither silence nor JSON was asked for.
 */
#ifndef COMMAND_PROGRESS_H
#define COMMAND_PROGRESS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/host.h"
#include "command/command.h"

struct progress {
	bool is_drawn;
	pthread_t thread;
	const char *unit; /* what a step is: "list"; NULL: a snapshot */
	atomic_bool is_over;
	atomic_size_t step, steps; /* done, all */
	atomic_size_t pages;       /* read; of snapshots, counted up from outside */
	atomic_size_t records;     /* not of snapshots */
	int64_t begun;             /* ticks */
};

void progress_begin(struct progress *p, const struct options *o, const char *unit, size_t steps);

/* progress_report(p, r): how far it is. */
void progress_report(struct progress *p, const struct progress_report *r);

/* progress_clear(p): before a line is written to standard error. */
void progress_clear(struct progress *p);

void progress_end(struct progress *p);

#endif /* COMMAND_PROGRESS_H */
