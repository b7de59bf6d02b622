/* fleet_init.h -- 'flowstory fleet init': accounts that the fleet will find, and no client twice.
 */
#ifndef COMMAND_FLEET_INIT_H
#define COMMAND_FLEET_INIT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "command/options.h"

struct fleet_init {
	const struct options *o;
	struct arena *a;
	const char *fleet;                /* its directory, made if it is not there */
	char *const *names;               /* of accounts in it */
	size_t n;                         /* with a client id or key, 1 */
	const char *client_id, *key_file; /* NULL: still to be set */
};

/* fleet_init(x, e): makes the accounts.
 * Errors: ERR_USAGE, and nothing is made: a name that is no account's or would hide another, a
 * client that another account has, a key that is not there. */
int fleet_init(const struct fleet_init *x, struct err *e) ERR_MUST;

#endif /* COMMAND_FLEET_INIT_H */
