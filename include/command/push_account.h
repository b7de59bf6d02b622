/* push_account.h -- one push of an account, for push and for run. */
#ifndef COMMAND_PUSH_ACCOUNT_H
#define COMMAND_PUSH_ACCOUNT_H

#include <stdbool.h>

#include "account/run_log_push.h"
#include "base/err.h"
#include "command/command.h"
#include "erase/filter.h"
#include "push/push.h"

/* push_account_open(push, filter, o, writable, host, e): push_open, and who was erased; both are to
 * be closed after any call. */
int push_account_open(struct push *push, struct filter *filter, const struct options *o,
    bool writable, const struct host *host, struct err *e) ERR_MUST;

/*
 * push_account(o, p, r, line, e):
 * The lock of the account need not be held.  ${r} is filled in any case, and ${line} for the log of
 * runs.  An error is told here and filled into ${e}; else ${e} is left alone.
 * Returns: the exit status.
 */
int push_account(const struct options *o, const struct push_options *p, struct push_result *r,
    struct run_log_push *line, struct err *e) ERR_MUST;

#endif /* COMMAND_PUSH_ACCOUNT_H */
