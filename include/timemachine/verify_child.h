/* verify_child.h -- work on a file that may be damaged, in a process of its own.
 *
 * LMDB trusts what it reads: a flipped bit in the state can make a reader crash or read nonsense
 * for ever.  The child may; the parent then knows.
 */
#ifndef TIMEMACHINE_VERIFY_CHILD_H
#define TIMEMACHINE_VERIFY_CHILD_H

#include "base/err.h"
#include "base/str.h"

/* The work: what it found goes into ${out}. Returns 0, or -1 with ${e} filled. */
typedef int child_fn(void *context, struct buf *out, struct err *e);

/*
 * verify_child_run(fn, context, out, e):
 * Call fn in a child and bring what it put out back, appended.  No other thread may run.
 * Errors: the child's; ERR_FAILED for state/data.mdb if it died.
 */
int verify_child_run(child_fn *fn, void *context, struct buf *out, struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_VERIFY_CHILD_H */
