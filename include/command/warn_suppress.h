/* warn_suppress.h -- a warning of lines in a suppression list that suppress nobody. */
#ifndef COMMAND_WARN_SUPPRESS_H
#define COMMAND_WARN_SUPPRESS_H

#include <stdbool.h>

#include "account/settings.h"
#include "command/command.h"

/* warn_suppress(o, s, with_heading): one line, if there are such lines.  A heading is one, a
 * mistyped address another; without ${with_heading} the first line of a list that has addresses may
 * be a heading, so that an hourly job does not warn of every list. */
void warn_suppress(const struct options *o, const struct settings *s, bool with_heading);

#endif /* COMMAND_WARN_SUPPRESS_H */
