/* on_end.h -- the command that is told what a run came to.
 *
 * The shell runs it in the account directory, with a text as its standard input, and without the
 * variables that may hold secrets.  It gets a limited time.  What it prints becomes messages.
 */
#ifndef COMMAND_ON_END_H
#define COMMAND_ON_END_H

#include <stdint.h>

#include "base/str.h"
#include "command/command.h"

#define ON_END_LIMIT (INT64_C(60) * 1000000) /* us */

/* on_end_run(o, line, text, limit): ${line} is the shell's.  After ${limit} us all that it started
 * and that did not leave its process group is ended.  Whatever goes wrong is a warning. */
void on_end_run(const struct options *o, struct str line, struct str text, int64_t limit);

#endif /* COMMAND_ON_END_H */
