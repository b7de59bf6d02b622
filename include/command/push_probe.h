/* push_probe.h -- push --probe: what DailyStory does with one contact of the operator's own. */
#ifndef COMMAND_PUSH_PROBE_H
#define COMMAND_PUSH_PROBE_H

#include "base/err.h"
#include "command/command.h"

/* push_probe(o, email, e): asks before each call that writes.  Returns: the exit status, or -1. */
int push_probe(const struct options *o, const char *email, struct err *e) ERR_MUST;

#endif /* COMMAND_PUSH_PROBE_H */
