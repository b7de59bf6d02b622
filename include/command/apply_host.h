/* apply_host.h -- the host of commands that apply many snapshots: notes become messages, progress a
 * bar. */
#ifndef COMMAND_APPLY_HOST_H
#define COMMAND_APPLY_HOST_H

#include "base/host.h"
#include "command/command.h"
#include "command/progress.h"

/* Zero-initialisable but for the options. */
struct apply_host {
	const struct options *o;
	struct progress bar; /* its pages are counted in bar.done */
	bool has_begun;
};

/* apply_host(h): without clock, sleep and dice; borrows ${h}. */
struct host apply_host(struct apply_host *h);

/* apply_host_end(h): take the bar away. */
void apply_host_end(struct apply_host *h);

#endif /* COMMAND_APPLY_HOST_H */
