#include "command/print_help.h"

#include <stdio.h>
#include <string.h>

static const char *const help_lines =
    "  -h, --help         show help for flowstory or for a command\n"
    "      --version      print the version\n";

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

static void
print_options(const struct option *list, bool has_letters)
{
	int width = 0;

	for (const struct option *a = list; a->name != NULL; a++) {
		size_t n = strlen(a->name) + (a->value != NULL ? strlen(a->value) + 1 : 0);

		width = (int)n > width ? (int)n : width;
	}
	for (; list->name != NULL; list++) {
		int n = printf("  %s%s",
		    list->letter != NULL ? list->letter
		    : has_letters        ? "  "
		                         : "",
		    list->letter != NULL ? ", "
		    : has_letters        ? "  "
		                         : "");

		n += printf("%s%s%s", list->name, list->value != NULL ? " " : "",
		    list->value != NULL ? list->value : "");
		n = width + (has_letters ? 8 : 4) - n;
		printf("%*s", n, "");
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
	fputs(help_lines, stdout);
}

void
print_help(const struct command *const *list)
{
	printf("usage: flowstory [-C ACCOUNT] [--jobs N] [-q|-v] [--log-json] COMMAND\n\n"
	       "Keeps snapshots of a Flowhub account, works out each customer's profile and\n"
	       "segments, and writes the files that DailyStory imports.\n\nCOMMANDS\n");
	for (; *list != NULL; list++)
		printf("  %-9s  %s\n", (*list)->name, (*list)->summary);
	printf("\nOPTIONS\n");
	print_common();
}

void
print_help_command(const struct command *c)
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
