/* command_host.h -- the host of a command: this machine's clock, sleep and dice; notes become
 * messages, progress a bar.
 */
#ifndef COMMAND_COMMAND_HOST_H
#define COMMAND_COMMAND_HOST_H

#include "base/host.h"
#include "command/command.h"
#include "command/progress.h"

/* Zero-initialisable but for the options. */
struct command_host {
	const struct options *o;
	const char *unit;    /* what a step is: "snapshot" if NULL */
	struct progress bar; /* its pages are counted in bar.pages */
	bool has_bar;
	int64_t last_told; /* ticks */
};

/* command_host(h): borrows ${h}. */
struct host command_host(struct command_host *h);

/* command_host_end(h): take the bar away. */
void command_host_end(struct command_host *h);

#endif /* COMMAND_COMMAND_HOST_H */
