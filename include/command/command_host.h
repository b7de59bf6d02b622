/* command_host.h -- the host of a command: this machine's clock, sleep and dice; notes become
 * messages, progress a bar.
 *
 * The bar is drawn only if standard error is a terminal and neither silence nor JSON was asked for.
 */
#ifndef COMMAND_COMMAND_HOST_H
#define COMMAND_COMMAND_HOST_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/host.h"
#include "command/command.h"

/* Zero-initialisable but for the options. */
struct command_host {
	const struct options *o;
	bool is_fetch;             /* a step is a list, not a snapshot */
	bool is_push;              /* a step is a row */
	atomic_size_t pages;       /* read; of snapshots, counted up by whoever reads them */
	atomic_size_t step, steps; /* done, all */
	atomic_size_t records;     /* of a fetch */
	atomic_size_t expected;    /* pages of a fetch in all; 0: not known */
	bool has_begun, is_drawn, is_coloured;
	atomic_bool is_over;
	pthread_t thread;
	int64_t begun, last_told; /* ticks */
};

/* command_host(h): borrows ${h}. */
struct host command_host(struct command_host *h);

/* command_host_clear(h): take the bar away before a line is written to standard error. */
void command_host_clear(struct command_host *h);

/* command_host_end(h): no bar any more. */
void command_host_end(struct command_host *h);

#endif /* COMMAND_COMMAND_HOST_H */
