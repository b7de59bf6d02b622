#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/pool.h"
#include "command/command.h"
#include "command/message.h"
#include "command/print_help.h"

/* The options that stand for a command. */
struct first_options {
	bool help, version;
};

static const struct option first_options[] = {
	OPTION(struct first_options, help, "--help", .letter = "-h", .help = ""),
	OPTION(struct first_options, version, "--version", .help = ""),
	{ 0 },
};

static int
print_version(void)
{
	printf("flowstory %s\n", FLOWSTORY_VERSION);
	return STATUS_DONE;
}

static int
run_command(struct options *o, int argc, char **argv, struct err *e)
{
	const struct command *c = command_find(argv[0], e);

	if (c == NULL)
		return -1;
	o->command = c->name;
	if (options_has_word(argc, argv, "--help") || options_has_word(argc, argv, "-h"))
		return print_help_paged(c, o);
	if (options_has_word(argc, argv, "--version"))
		return print_version();
	return command_run(c, o, argc, argv, e);
}

static int
run(struct options *o, int argc, char **argv, struct err *e)
{
	struct first_options first = { 0 };
	int at = options_parse(first_options, &first, o, true, argc, argv, e);
	const struct command *c = NULL;

	if (at < 0)
		return -1;
	if (first.version)
		return print_version();
	if (first.help) {
		if (at < argc && (c = command_find(argv[at], e)) == NULL)
			return -1;
		return print_help_paged(c, o);
	}
	if (at < argc)
		return run_command(o, argc - at, argv + at, e);
	return err_set(e, ERR_USAGE, "a command is missing");
}

/*
 * A stream that is not open would give its number to the next file, such as the state's, and
 * messages would be written there.  It is opened the wrong way round, so that using it fails as
 * before.
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
	struct options o = { .account = ".", .jobs = pool_cores() };
	struct err e = ERR_INIT;
	int status;

	hold_streams();
	o.to_terminal = isatty(STDOUT_FILENO) == 1;
	/* Also for an error that stands before it. */
	o.log_json = options_has_word(argc, argv, "--log-json");
	message_begin(&o);
	/* A file that may not grow further is an error like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	status = run(&o, argc, argv, &e);
	if (status < 0) {
		if (e.kind == ERR_USAGE && e.advice[0] == '\0')
			err_advise(&e, "See 'flowstory --help'.");
		say_error(&o, &e);
		status = err_status(e.kind);
	}
	if (fflush(stdout) != 0 || ferror(stdout) != 0) {
		err_set(&e, ERR_IO, "cannot write to standard output");
		say_error(&o, &e);
		return STATUS_FAILED;
	}
	if (status >= INTERRUPT_STATUS)
		interrupt_die();
	return status;
}
