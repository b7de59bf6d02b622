/* print_plan.h -- what the next snapshot would change, on standard output. */
#ifndef COMMAND_PRINT_PLAN_H
#define COMMAND_PRINT_PLAN_H

#include <stdbool.h>

#include "account/account.h"
#include "account/catch_up.h"
#include "base/err.h"
#include "command/command.h"

/*
 * print_plan(c, pending, is_json, e):
 * Apply the first of the pending snapshots in the state's open transaction, which must be given up
 * afterwards, and print the outcome.  ${c} has begun.
 * Returns: the exit status that applying it would have; -1.
 */
int print_plan(
    struct catch_up *c, const struct pending *pending, bool is_json, struct err *e) ERR_MUST;

#endif /* COMMAND_PRINT_PLAN_H */
