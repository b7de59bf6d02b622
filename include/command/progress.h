/* progress.h -- a bar on the terminal while pages are read.
 *
 * Drawn only if standard error is a terminal and nothing asked for silence or JSON.
 */
#ifndef COMMAND_PROGRESS_H
#define COMMAND_PROGRESS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command/command.h"

struct progress {
	bool is_drawn;
	pthread_t thread;
	atomic_bool is_over;
	atomic_size_t done;        /* pages */
	atomic_size_t step, steps; /* snapshots, or lists of a fetch: in hand, all */
	bool is_fetch;
	atomic_size_t records; /* of a fetch */
	int64_t begun;         /* us on the clock that never goes back */
};

void progress_begin(struct progress *p, const struct options *o, size_t steps);
/* progress_begin_fetch: the same for a fetch, whose number of lists is not known yet;
 * progress_report: how far it is. */
void progress_begin_fetch(struct progress *p, const struct options *o);
void progress_report(struct progress *p, size_t step, size_t steps, size_t pages, size_t records);
/* progress_step: the snapshot in hand is done. */
void progress_step(struct progress *p);
/* progress_clear: before a line on standard error. */
void progress_clear(struct progress *p);
void progress_end(struct progress *p);

#endif /* COMMAND_PROGRESS_H */
