#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/pool.h"
#include "command/command.h"
#include "command/message.h"

static const struct command *const commands[] = {
#define X(name) &cmd_##name,
	COMMANDS(X)
#undef X
	    NULL,
};

/* ---- Help */

/* ${text} in lines, all but the first indented by ${width}. */
static void
print_lines(const char *text, int width)
{
	const char *end;

	while ((end = strchr(text, '\n')) != NULL) {
		printf("%.*s\n%*s", (int)(end - text), text, width, "");
		text = end + 1;
	}
	puts(text);
}

static int
option_text(const struct option *a, char *out, size_t cap)
{
	bool has_value = a->value != NULL;

	return snprintf(
	    out, cap, "%s%s%s", a->name, has_value ? " " : "", has_value ? a->value : "");
}

static void
print_options(const struct option *list, bool has_letters)
{
	int width = 0, n;
	char text[64];

	for (const struct option *a = list; a->name != NULL; a++) {
		n = option_text(a, text, sizeof(text));
		width = n > width ? n : width;
	}
	for (; list->name != NULL; list++) {
		option_text(list, text, sizeof(text));
		if (list->letter != NULL)
			printf("  %s, %-*s  ", list->letter, width, text);
		else
			printf("%s%-*s  ", has_letters ? "      " : "  ", width, text);
		print_lines(list->help, width + (has_letters ? 8 : 4));
	}
}

static void
print_exits(const struct command *c)
{
	static const char *const usual[] = { "done", "failed; nothing was changed",
		"the command line, the settings or the rules are wrong" };

	for (size_t i = 0; i < 7; i++) {
		const char *text = c->exits[i];

		if (text == NULL && i < 3)
			text = usual[i];
		if (text == NULL && i == 6 && (c->needs & NEEDS_LOCK) != 0)
			text = "another run holds the lock";
		if (text == NULL)
			continue;
		printf("  %-2d  ", i < 6 ? (int)i : STATUS_BUSY);
		print_lines(text, 6);
	}
}

static void
print_common(void)
{
	print_options(command_common, true);
	printf("  -h, --help         show help for flowstory or for a command\n"
	       "      --version      print the version\n");
}

static void
print_help(void)
{
	printf("usage: flowstory [-C ACCOUNT] [--jobs N] [-q|-v] [--log-json] COMMAND\n\n"
	       "Keeps snapshots of a Flowhub account, works out each customer's profile and\n"
	       "segments, and writes the files that DailyStory imports.\n\nCOMMANDS\n");
	for (size_t i = 0; commands[i] != NULL; i++)
		printf("  %-9s  %s\n", commands[i]->name, commands[i]->summary);
	printf("\nOPTIONS\n");
	print_common();
}

static void
print_command_help(const struct command *c)
{
	printf("usage: flowstory [OPTIONS] %s ", c->name);
	print_lines(c->synopsis, 17);
	printf("\n%s", c->help);
	if (c->options->name != NULL) {
		printf("\nOPTIONS\n");
		print_options(c->options, false);
	}
	printf("\nEXIT STATUS\n");
	print_exits(c);
	printf("\nOPTIONS OF EVERY COMMAND\n");
	print_common();
}

/* ---- The first words */

/* The options that stand for a command. */
struct first_options {
	bool help, version;
};

static const struct option first_options[] = {
	OPTION(struct first_options, help, "--help", .letter = "-h", .help = ""),
	OPTION(struct first_options, version, "--version", .help = ""),
	{ 0 },
};

static const struct command *
find(const char *name)
{
	for (size_t i = 0; commands[i] != NULL; i++)
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

	if (c == NULL)
		return err_set(e, ERR_USAGE, "there is no command '%s'", argv[0]);
	if (is_among(argc, argv, "--help") || is_among(argc, argv, "-h")) {
		print_command_help(c);
		return STATUS_DONE;
	}
	/* Also for an error that stands in front of it. */
	o->log_json = o->log_json || is_among(argc, argv, "--log-json");
	return command_run(c, o, argc, argv, e);
}

static int
run(struct options *o, int argc, char **argv, struct err *e)
{
	struct first_options first = { 0 };
	int at = command_parse(first_options, &first, o, true, argc, argv, e);

	if (at < 0)
		return -1;
	if (first.version)
		printf("flowstory %s\n", FLOWSTORY_VERSION);
	else if (first.help)
		print_help();
	else if (at < argc)
		return run_command(o, argc - at, argv + at, e);
	else
		return err_set(e, ERR_USAGE, "a command is missing");
	return STATUS_DONE;
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
		fputs("flowstory: cannot write to standard output\n", stderr);
		return STATUS_FAILED;
	}
	return status;
}
