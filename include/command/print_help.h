/* print_help.h -- --help, made from the commands' tables. */
#ifndef COMMAND_PRINT_HELP_H
#define COMMAND_PRINT_HELP_H

#include "command/command.h"

/* print_help(c): of a command; NULL: of the program. */
void print_help(const struct command *c);

/* print_help_paged(c, o): on a terminal through a pager.  Returns: the exit status. */
int print_help_paged(const struct command *c, const struct options *o);

#endif /* COMMAND_PRINT_HELP_H */
