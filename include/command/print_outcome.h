/* print_outcome.h -- what the next snapshot would do, without doing it.
 *
 * The whole pipeline runs, in the state's open transaction, and everything but the counts and one
 * digest is dropped.
 */
#ifndef COMMAND_PRINT_OUTCOME_H
#define COMMAND_PRINT_OUTCOME_H

#include "base/err.h"
#include "account/account.h"
#include "command/command.h"
#include "account/catch_up.h"

/*
 * print_plan(o, q, pending, e):
 * The plan for the first of the pending snapshots on standard output; ${q} has begun.  The
 * transaction must be given up. Returns: the exit status that applying it would have; -1.
 */
int print_plan(const struct options *o, struct catch_up *q, const struct pending *pending,
    struct err *e) ERR_MUST;

#endif /* COMMAND_PRINT_OUTCOME_H */
