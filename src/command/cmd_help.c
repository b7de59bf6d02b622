/* cmd_help.c -- flowstory help: what the program, or a command, does and takes. */
#include "command/command.h"
#include "command/print_help.h"

static const char help[] = "Prints what 'flowstory --help' or 'flowstory COMMAND --help' does.\n";

static const struct option options[] = { { 0 } };

static int
run(struct invocation *x, struct err *e)
{
	const struct command *c = NULL;

	if (x->n > 0 && (c = command_find(x->operands[0], e)) == NULL)
		return -1;
	print_help(c);
	return STATUS_DONE;
}

const struct command cmd_help = {
	.name = "help",
	.synopsis = "[COMMAND]",
	.summary = "show what a command does and takes",
	.help = help,
	.options = options,
	.is_paged = true,
	.most = 1,
	.operands = "one command",
	.run = run,
};
