/* print_rebuilt.h -- what came of 'flowstory push --rebuild-acked'. */
#ifndef COMMAND_PRINT_REBUILT_H
#define COMMAND_PRINT_REBUILT_H

#include <stdbool.h>

#include "command/command.h"
#include "push/rebuild_acked.h"

void print_rebuilt(
    const struct options *o, const struct salvage *s, const struct rebuild_acked *d, bool json);

#endif /* COMMAND_PRINT_REBUILT_H */
