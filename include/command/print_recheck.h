/* print_recheck.h -- push --check: what DailyStory has, compared with what it acknowledged. */
#ifndef COMMAND_PRINT_RECHECK_H
#define COMMAND_PRINT_RECHECK_H

#include <stdbool.h>

#include "command/command.h"
#include "push/recheck.h"

void print_recheck(const struct options *o, const struct recheck *d, bool json);

#endif /* COMMAND_PRINT_RECHECK_H */
