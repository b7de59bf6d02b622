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

#include "command/command.h"

struct progress {
	bool is_drawn;
	pthread_t thread;
	atomic_bool is_over;
	atomic_size_t done;   /* pages */
	atomic_size_t step, steps; /* snapshots: in hand, all */
};

void progress_begin(struct progress *p, const struct options *o,
    size_t steps);
/* progress_step: the snapshot in hand is done. */
void progress_step(struct progress *p);
/* progress_clear: before a line on standard error. */
void progress_clear(struct progress *p);
void progress_end(struct progress *p);

#endif /* COMMAND_PROGRESS_H */
