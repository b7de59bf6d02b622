/* warn.h -- warnings of an account that several commands give. */
#ifndef COMMAND_WARN_H
#define COMMAND_WARN_H

#include <stdbool.h>

#include "account/settings.h"
#include "command/options.h"

/* warn_network(o, account): of a file system of the network, where locks and the state's shared
 * memory may not hold; nothing on a local disk. */
void warn_network(const struct options *o, const char *account);

/* warn_owner(o, account): root writes to somebody else's account, who could not read what is made.
 */
void warn_owner(const struct options *o, const char *account);

/* warn_suppress(o, s, with_heading): of lines in a suppression list that suppress nobody.  A
 * heading is one, a mistyped address another; without ${with_heading} the first line of a list that
 * has addresses may be a heading, so that an hourly job does not warn of every list. */
void warn_suppress(const struct options *o, const struct settings *s, bool with_heading);

#endif /* COMMAND_WARN_H */
