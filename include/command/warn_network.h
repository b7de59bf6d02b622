/* warn_network.h -- an account on a file system of the network, where locks and the state's shared
 * memory may not hold. */
#ifndef COMMAND_WARN_NETWORK_H
#define COMMAND_WARN_NETWORK_H

#include "command/options.h"

/* warn_network(o, account): nothing on a local disk. */
void warn_network(const struct options *o, const char *account);

#endif /* COMMAND_WARN_NETWORK_H */
