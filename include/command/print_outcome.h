/* print_outcome.h -- what a snapshot changed, or would change. */
#ifndef COMMAND_PRINT_OUTCOME_H
#define COMMAND_PRINT_OUTCOME_H

#include <stdbool.h>

#include "account/account.h"
#include "account/catch_up.h"
#include "base/err.h"
#include "command/command.h"

/* print_outcome(o, x): of an applied snapshot, as messages. */
void print_outcome(const struct options *o, const struct outcome *x);

/*
 * print_outcome_plan(c, pending, is_json, e):
 * Apply the first of the pending snapshots in the state's open transaction, which must be given up
 * afterwards, and print the outcome to standard output.  ${c} has begun.
 * Returns: the exit status that applying it would have; -1.
 */
int print_outcome_plan(
    struct catch_up *c, const struct pending *pending, bool is_json, struct err *e) ERR_MUST;

#endif /* COMMAND_PRINT_OUTCOME_H */
