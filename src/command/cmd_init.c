/* cmd_init.c -- flowstory init: makes an account directory. */
#include "command/command.h"
#include "command/init_account.h"

static const char help[] =
    "Makes an account directory: flowstory.json with the settings to begin with, and\n"
    "snapshots/. Every setting has a default; flowstory.json(5) explains them. A\n"
    "directory that is already an account is left as it is.\n"
    "\n"
    "  DIR  the directory to make (default: that of -C)\n";

static const struct option options[] = { { 0 } };

static int
run(struct invocation *x, struct err *e)
{
	const char *account = x->n == 1 ? x->operands[0] : x->o->account;

	if (init_account(x->o, &x->a, account, STR(""), STR(""), e) < 0)
		return -1;
	return STATUS_DONE;
}

const struct command cmd_init = {
	.name = "init",
	.synopsis = "[DIR]",
	.summary = "make an account directory",
	.help = help,
	.options = options,
	.most = 1,
	.operands = "one directory",
	.run = run,
};
