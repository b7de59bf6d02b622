/* print_help.h -- what --help prints, of flowstory and of a command. */
#ifndef COMMAND_PRINT_HELP_H
#define COMMAND_PRINT_HELP_H

#include "command/command.h"

/* print_help(list): of flowstory; ${list} ends in NULL. */
void print_help(const struct command *const *list);

/* print_help_command(c): of one command. */
void print_help_command(const struct command *c);

#endif /* COMMAND_PRINT_HELP_H */
