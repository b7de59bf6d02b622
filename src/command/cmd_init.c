/* cmd_init.c -- flowstory init: makes an account directory. */
#include "base/file.h"
#include "command/command.h"
#include "command/message.h"
#include "command/warn.h"

static const char help[] =
    "Makes an account directory: flowstory.json with the settings to begin with, and\n"
    "snapshots/. Every setting has a default; flowstory.json(5) explains them. A\n"
    "directory that is already an account is left as it is.\n"
    "\n"
    "  DIR  the directory to make (default: that of -C)\n";

static const struct option options[] = { { 0 } };

/* null stands for the default; only what an owner may want to set is named. */
static const char template[] = "{\n"
                               "  \"client_id\": null,\n"
                               "  \"api_key_file\": null,\n"
                               "  \"history_start\": null,\n"
                               "  \"min_age\": null,\n"
                               "  \"suppress\": null\n"
                               "}\n";

/* Returns: 1 made, 0 it was an account before, -1. */
static int
make(struct arena *a, const char *account, struct err *e)
{
	char *settings = file_join(a, account, "flowstory.json");

	if (dir_make_all(account, e) < 0 || dir_make(file_join(a, account, "snapshots"), e) < 0)
		return -1;
	if (file_exists(settings))
		return 0;
	return file_save(settings, str_c(template), e) < 0 ? -1 : 1;
}

static int
run(struct invocation *x, struct err *e)
{
	const char *account = x->n == 1 ? x->operands[0] : x->o->account;
	int rc = make(&x->a, account, e);

	if (rc < 0)
		return -1;
	warn_network(x->o, account);
	if (rc == 0)
		say(x->o, SAY_INFO, "'%s' is already an account", account);
	else
		say(x->o, SAY_INFO,
		    "made '%s'; next, set client_id and api_key_file in "
		    "'%s/flowstory.json', or adopt exported files",
		    account, account);
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
