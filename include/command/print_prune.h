/* print_prune.h -- what a prune did, or would do: a line for each thing, with the reason. */
#ifndef COMMAND_PRINT_PRUNE_H
#define COMMAND_PRINT_PRUNE_H

#include <stdbool.h>

#include "bases/prune_plan.h"

void print_prune(const struct prune_plan *p, bool is_dry, bool is_json);

#endif /* COMMAND_PRINT_PRUNE_H */
