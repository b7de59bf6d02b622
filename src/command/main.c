#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "command/say.h"

static const struct command *const commands[] = {
	&command_init,
	&command_check,
	&command_adopt,
	&command_process,
	&command_segments,
	&command_status,
	&command_export,
};

#define COUNT (sizeof(commands) / sizeof(commands[0]))

static const char options_help[] =
    "  -C, --account DIR  the account directory (default: this one)\n"
    "  -j, --jobs N       threads to use (default: one a processor)\n"
    "  -q, --quiet        only warnings and errors\n"
    "  -v, --verbose      details as well\n"
    "      --log-json     messages as JSON, one object a line\n"
    "  -h, --help         this text, or that of a command\n"
    "      --version      the version\n";

static void
print_help(void)
{
	printf("usage: flowstory [-C ACCOUNT] [--jobs N] [-q|-v] [--log-json] "
	       "COMMAND\n\n"
	       "Rebuilds each Flowhub customer's totals from raw snapshots and "
	       "writes the\nfiles that DailyStory imports.\n\ncommands:\n");
	for (size_t i = 0; i < COUNT; i++)
		printf("  %-9s  %s\n", commands[i]->name,
		    commands[i]->summary);
	printf("\noptions:\n%s", options_help);
}

static void
print_command_help(const struct command *c)
{
	printf("usage: flowstory [options] %s %s\n\n%s\noptions of every "
	       "command:\n%s",
	    c->name, c->synopsis, c->help, options_help);
}

static const struct command *
find(const char *name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static bool
asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static int
run_command(struct options *o, int argc, char **argv, struct err *e)
{
	const struct command *c = find(argv[0]);

	if (c == NULL) {
		err_set(e, ERR_USAGE, "no such command: '%s'", argv[0]);
		return err_advise(e, "See 'flowstory --help'.");
	}
	if (asks_for_help(argc, argv)) {
		print_command_help(c);
		return 0;
	}
	return c->run(o, argc, argv, e);
}

static int
run(struct options *o, int argc, char **argv, struct err *e)
{
	bool help = false, version = false;
	const struct arg own[] = {
		{ "--help", "-h", &help, NULL },
		{ "--version", NULL, &version, NULL },
	};
	int at = command_first(o, own, 2, argc, argv, e);

	if (at < 0)
		return -1;
	if (version) {
		printf("flowstory %s\n", FLOWSTORY_VERSION);
		return 0;
	}
	if (help) {
		print_help();
		return 0;
	}
	if (at >= argc) {
		err_set(e, ERR_USAGE, "a command is missing");
		return err_advise(e, "See 'flowstory --help'.");
	}
	return run_command(o, argc - at, argv + at, e);
}

int
main(int argc, char **argv)
{
	struct options o;
	struct err e = ERR_INIT;
	int status = run(&o, argc, argv, &e);

	if (status < 0) {
		say_error(&o, &e);
		status = err_status(e.kind);
	}
	if (fflush(stdout) != 0 || ferror(stdout) != 0) {
		fputs("flowstory: cannot write to standard output\n", stderr);
		return STATUS_FAILED;
	}
	return status;
}
