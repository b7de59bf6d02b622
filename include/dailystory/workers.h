/* workers.h -- work on many customers: found out by all threads, stored by one, in order.
 *
 * What is found out about a customer depends on the state alone, so any thread may do it.  It is
 * stored in the order of the list, and is the same whatever the number of threads.
 */
#ifndef DAILYSTORY_WORKERS_H
#define DAILYSTORY_WORKERS_H

#include <stddef.h>

#include "base/err.h"
#include "state/state.h"

struct arena;

struct workers {
	size_t n;           /* customers; they are called by their number */
	size_t result_size; /* bytes of what is found out about one */
	void *context;
	/* find: read ${s}, which need not be workers_run's, and fill ${result}, which is zeroed and
	 * whose parts lie in ${a} or in the names of ${s}.  Called by several threads at a time. */
	int (*find)(
	    void *context, struct arena *a, struct state *s, size_t i, void *result, struct err *e);
	/* store: on the calling thread; ${result} is gone afterwards. */
	int (*store)(void *context, size_t i, void *result, struct err *e);
};

/*
 * workers_run(s, jobs, w, e):
 * With more than one job and enough customers other threads find as well, each in a view of what
 * was written until now (state_share).  What find reads of a customer must not be what store writes
 * for another.  No cursor on ${s} may be open: its rows may go to the file.
 */
int workers_run(struct state *s, size_t jobs, const struct workers *w, struct err *e) ERR_MUST;

#endif /* DAILYSTORY_WORKERS_H */
