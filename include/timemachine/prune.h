/* prune.h -- folds old history into a base and deletes what the base stands for.
 *
 * bases/prune_plan.h says what; here it is done, in an order that any crash leaves whole: a base is
 * made, read back and compared before it gets its name; then prune.json; then the deletion.
 */
#ifndef TIMEMACHINE_PRUNE_H
#define TIMEMACHINE_PRUNE_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/err.h"
#include "base/host.h"
#include "bases/prune_plan.h"

struct prune {
	const char *account; /* its lock is held */
	size_t jobs;
	const struct host *host;   /* for notes and progress */
	atomic_size_t *pages_done; /* counted up as pages are read; may be NULL */
	struct prune_plan plan;    /* policy, first_day and least_days are given */
};

/* prune_plan_of(p, e): 1 with p->plan, whose first members are given; 0 if no snapshot is applied;
 * -1.  Release ${p} in any case. */
int prune_plan_of(struct prune *p, struct err *e) ERR_MUST;

/*
 * prune_run(p, e): what the plan says.
 * Errors: ERR_DAMAGED: a page that is to be folded, or a base; ERR_DIFFERS: the state does not come
 *         out; ERR_FAILED: too little room.  Then nothing was deleted.
 */
int prune_run(struct prune *p, struct err *e) ERR_MUST;

void prune_release(struct prune *p);

#endif /* TIMEMACHINE_PRUNE_H */
