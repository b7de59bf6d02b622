/* print_outcome.h -- what a snapshot changed, or would change, for people and scripts. */
#ifndef COMMAND_PRINT_OUTCOME_H
#define COMMAND_PRINT_OUTCOME_H

#include "account/account.h"
#include "account/catch_up.h"
#include "base/err.h"
#include "command/command.h"

/* print_outcome(o, x): an applied snapshot, as messages. */
void print_outcome(const struct options *o, const struct outcome *x);

/*
 * print_plan(o, c, pending, e):
 * What the first of the pending snapshots would change, on standard output: the whole pipeline runs
 * in the state's open transaction, which must be given up.  ${c} has begun.
 * Returns: the exit status that applying it would have; -1.
 */
int print_plan(const struct options *o, struct catch_up *c, const struct pending *pending,
    struct err *e) ERR_MUST;

#endif /* COMMAND_PRINT_OUTCOME_H */
