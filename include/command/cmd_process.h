/* cmd_process.h -- the main job, for process and for run. */
#ifndef COMMAND_CMD_PROCESS_H
#define COMMAND_CMD_PROCESS_H

#include <stdbool.h>

#include "base/err.h"
#include "command/command.h"

/* cmd_process_account(o, accept, e): apply what is pending; the lock is held.
 * Returns: the exit status, or -1. */
int cmd_process_account(const struct options *o, bool accept, struct err *e) ERR_MUST;

#endif /* COMMAND_CMD_PROCESS_H */
