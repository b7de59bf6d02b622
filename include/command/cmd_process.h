/* cmd_process.h -- the main job, for process and for run. */
#ifndef COMMAND_CMD_PROCESS_H
#define COMMAND_CMD_PROCESS_H

#include "base/err.h"
#include "command/command.h"

/* cmd_process_account(o, accept, e): apply what is pending; the lock is held.  ${accept}: the
 * snapshot whose mass change is accepted, or NULL.  Returns: the exit status, or -1. */
int cmd_process_account(const struct options *o, const char *accept, struct err *e) ERR_MUST;

/* cmd_process_check_accept(id, e): ERR_USAGE if it is neither NULL nor the id of a snapshot. */
int cmd_process_check_accept(const char *id, struct err *e) ERR_MUST;

#endif /* COMMAND_CMD_PROCESS_H */
