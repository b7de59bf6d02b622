#include <stdio.h>

#include "base/arena.h"
#include "base/file.h"
#include "command/command.h"
#include "command/message.h"

static const char help[] = "Makes an account directory: flowstory.json with the settings to begin\n"
                           "with, and snapshots/. Every setting has a default; flowstory.json(5)\n"
                           "tells what each means. A directory that is an account already is left\n"
                           "as it is.\n"
                           "\n"
                           "  DIR  the directory to make (default: that of -C)\n";

/* null stands for "the default"; only what an owner may want to look at is named. */
static const char template[] = "{\n"
                               "  \"client_id\": null,\n"
                               "  \"api_key_file\": null,\n"
                               "  \"history_start\": \"2018-01-01\",\n"
                               "  \"min_age\": 0,\n"
                               "  \"suppress\": null\n"
                               "}\n";

static int
make(const char *account, struct arena *a, struct err *e)
{
	char *settings = file_join(a, account, "flowstory.json");

	if (dir_make_all(account, e) < 0 || dir_make(file_join(a, account, "snapshots"), e) < 0)
		return -1;
	if (file_exists(settings))
		return 0;
	return file_save(settings, str_c(template), e) < 0 ? -1 : 1;
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	struct arena a = { 0 };
	int rc = command_args("init", NULL, 0, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 1)
		return err_set(e, ERR_USAGE, "init takes one directory");
	if (rc == 1)
		o.account = argv[1];
	rc = make(o.account, &a, e);
	arena_release(&a);
	if (rc < 0)
		return -1;
	if (rc == 0)
		say(&o, SAY_INFO, "'%s' is an account already", o.account);
	else
		say(&o, SAY_INFO,
		    "made '%s'; next: put the client id and the key file into "
		    "'%s/flowstory.json', or adopt exported files",
		    o.account, o.account);
	return STATUS_DONE;
}

const struct command cmd_init = {
	.name = "init",
	.synopsis = "[DIR]",
	.summary = "make an account directory",
	.help = help,
	.run = run,
};
