/* print_drift.h -- push --check: what DailyStory has, compared with what it acknowledged. */
#ifndef COMMAND_PRINT_DRIFT_H
#define COMMAND_PRINT_DRIFT_H

#include <stdbool.h>

#include "command/command.h"
#include "push/push_check.h"

void print_drift(const struct options *o, const struct push_check *d, bool json);

#endif /* COMMAND_PRINT_DRIFT_H */
