#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "command/message.h"

static const struct command *const commands[] = {
	&cmd_init,
	&cmd_check,
	&cmd_fetch,
	&cmd_adopt,
	&cmd_process,
	&cmd_run,
	&cmd_segments,
	&cmd_fields,
	&cmd_status,
	&cmd_export,
	&cmd_replay,
	&cmd_verify,
	&cmd_diff,
	&cmd_audit,
	&cmd_explain,
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
		printf("  %-9s  %s\n", commands[i]->name, commands[i]->summary);
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
is_among(int argc, char **argv, const char *word)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], word) == 0)
			return true;
	return false;
}

static int
run_command(struct options *o, int argc, char **argv, struct err *e)
{
	const struct command *c = find(argv[0]);
	int status;

	if (c == NULL) {
		err_set(e, ERR_USAGE, "no such command: '%s'", argv[0]);
		return err_advise(e, "See 'flowstory --help'.");
	}
	if (is_among(argc, argv, "--help") || is_among(argc, argv, "-h")) {
		print_command_help(c);
		return 0;
	}
	/* Its own copy of the options is gone when its error is told. */
	if (is_among(argc, argv, "--log-json"))
		o->log_json = true;
	status = c->run(o, argc, argv, e);
	if (status < 0 && e->kind == ERR_USAGE && e->advice[0] == '\0')
		err_advise(e, "See 'flowstory %s --help'.", c->name);
	return status;
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

	if (at < 0 && e->advice[0] == '\0')
		err_advise(e, "See 'flowstory --help'.");
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

/*
 * A stream that is not open would give its number to the next file, the
 * state's for one, and what is printed would go there.  Opened the wrong way
 * round, using it fails as it did.
 */
static void
hold_streams(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			return;
}

int
main(int argc, char **argv)
{
	struct options o;
	struct err e = ERR_INIT;
	int status;

	hold_streams();
	/* A file that may grow no further is an error like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	status = run(&o, argc, argv, &e);
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
