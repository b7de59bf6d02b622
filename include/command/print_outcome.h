/* print_outcome.h -- what a snapshot changed, as messages. */
#ifndef COMMAND_PRINT_OUTCOME_H
#define COMMAND_PRINT_OUTCOME_H

#include "account/pipeline.h"
#include "command/command.h"

void print_outcome(const struct options *o, const struct outcome *x);

#endif /* COMMAND_PRINT_OUTCOME_H */
