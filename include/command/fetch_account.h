/* fetch_account.h -- one fetch of an account, for fetch and for run. */
#ifndef COMMAND_FETCH_ACCOUNT_H
#define COMMAND_FETCH_ACCOUNT_H

#include "base/err.h"
#include "command/command.h"
#include "flowhub/fetch.h"

/*
 * fetch_account(o, resume, r, e):
 * The lock is held.  ${r} is filled in any case.  An error is told here, before the numbers of
 * the fetch, and filled into ${e}; else ${e} is left alone.
 * Returns: the exit status.
 */
int fetch_account(const struct options *o, enum fetch_resume resume, struct fetch_result *r,
    struct err *e) ERR_MUST;

#endif /* COMMAND_FETCH_ACCOUNT_H */
