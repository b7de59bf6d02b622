/* workers.h -- work on many customers: looked at by all threads, written down by
 * one, in order.
 *
 * What is found of a customer depends on the state alone, so any thread may
 * look; what is written does so in the order of the list, and is the same
 * whatever their number.
 */
#ifndef DAILYSTORY_WORKERS_H
#define DAILYSTORY_WORKERS_H

#include <stddef.h>

#include "base/err.h"
#include "state/state.h"

struct arena;

struct workers {
	size_t n;       /* customers; they are called by their number */
	size_t finding; /* bytes of what is found of one */
	void *context;
	/* look: read ${s} (which need not be workers_run's) and fill ${finding},
	 * zeroed, whose parts lie in ${a} or in the names of ${s}. Others do so
	 * at the same time. */
	int (*look)(void *context, struct arena *a, struct state *s, size_t i, void *finding,
	    struct err *e);
	/* keep: write; on the calling thread. ${finding} is gone afterwards. */
	int (*keep)(void *context, size_t i, void *finding, struct err *e);
};

/*
 * workers_run(s, jobs, c, e):
 * With more than one job in a first snapshot other threads look as well; later
 * ones have few customers and changes that only their own transaction sees.
 * What look reads of a customer must not be what keep writes for another.  No
 * cursor on ${s} may be open: its rows may go to the file.
 */
int workers_run(struct state *s, size_t jobs, const struct workers *c, struct err *e) ERR_MUST;

#endif /* DAILYSTORY_WORKERS_H */
