#include "command/print_help.h"

#include <stdio.h>
#include <string.h>

#include "command/pager.h"

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
	static const struct {
		int number;
		const char *text;
	} usual[] = {
#define X(name, number, text) { number, text },
		STATUS_LIST(X)
#undef X
	};
	const size_t n = sizeof(usual) / sizeof(usual[0]);

	for (size_t i = 0; i < n; i++) {
		const char *text = c->exits[i];

		if (text == NULL &&
		    (usual[i].number <= STATUS_USAGE ||
		        (usual[i].number == STATUS_BUSY && (c->needs & NEEDS_LOCK) != 0)))
			text = usual[i].text;
		if (text == NULL)
			continue;
		printf("  %-2d  ", usual[i].number);
		print_lines(text, 6);
	}
}

static void
print_common(void)
{
	print_options(options_common, true);
	printf("  -h, --help         show help for flowstory or for a command\n"
	       "      --version      print the version\n");
}

static void
print_all(void)
{
	printf("usage: flowstory [-C ACCOUNT] [--jobs N] [-q|-v] [--log-json] COMMAND\n\n"
	       "Keeps snapshots of a Flowhub account, works out each customer's profile and\n"
	       "segments, and writes the files that DailyStory imports.\n\nCOMMANDS\n");
	for (size_t i = 0; command_all[i] != NULL; i++)
		printf("  %-9s  %s\n", command_all[i]->name, command_all[i]->summary);
	printf("\nOPTIONS\n");
	print_common();
}

static void
print_command(const struct command *c)
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

void
print_help(const struct command *c)
{
	if (c == NULL)
		print_all();
	else
		print_command(c);
}

int
print_help_paged(const struct command *c, const struct options *o)
{
	struct pager pager = PAGER_INIT;

	if (o->to_terminal)
		pager_begin(&pager);
	print_help(c);
	pager_end(&pager);
	return STATUS_DONE;
}
