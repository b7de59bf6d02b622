/* guard.h -- work on a file that may be damaged, in a process of its own.
 *
 * LMDB trusts what it reads: a flipped bit in the state can make a reader crash or read nonsense for ever.  The
 * child may; the parent then knows.
 */
#ifndef COMMAND_GUARD_H
#define COMMAND_GUARD_H

#include "base/err.h"
#include "base/str.h"

/* The work: what it found goes into ${out}. Returns 0, or -1 with ${e} filled. */
typedef int guard_fn(void *context, struct buf *out, struct err *e);

/*
 * guard_run(fn, context, out, e):
 * Call fn in a child and bring what it put out back, appended.  No other thread may run.
 * Errors: the child's; ERR_FAILED for state/data.mdb if it died.
 */
int guard_run(guard_fn *fn, void *context, struct buf *out, struct err *e)
    ERR_MUST;

#endif /* COMMAND_GUARD_H */
