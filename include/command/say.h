/* say.h -- messages on standard error: plain lines, or with --log-json one JSON object a line.
 */
#ifndef COMMAND_SAY_H
#define COMMAND_SAY_H

#include "base/err.h"
#include "command/command.h"

enum say_level { SAY_DETAIL, SAY_INFO, SAY_WARNING, SAY_ERROR };

/* say(o, level, fmt, ...): one line; -q leaves warnings and errors, -v adds details. */
void say(const struct options *o, enum say_level level, const char *fmt, ...)
    ERR_PRINTF(3, 4);

/* say_error(o, e): the error with its address and advice. */
void say_error(const struct options *o, const struct err *e);

#endif /* COMMAND_SAY_H */
