/* init_account.h -- makes an account directory: for 'init', and for 'fleet init'. */
#ifndef COMMAND_INIT_ACCOUNT_H
#define COMMAND_INIT_ACCOUNT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "command/options.h"

/* init_account(o, a, dir, client_id, key_file, e): ${dir}/flowstory.json and snapshots/, and what
 * was done is said.  An account that is there is left as it is.  Empty texts stand for settings
 * that are still to be made.
 * Errors: ERR_IO. */
int init_account(const struct options *o, struct arena *a, const char *dir, struct str client_id,
    struct str key_file, struct err *e) ERR_MUST;

#endif /* COMMAND_INIT_ACCOUNT_H */
