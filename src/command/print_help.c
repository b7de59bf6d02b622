#include "command/print_help.h"

#include <stdio.h>

#include "base/arena.h"
#include "command/pager.h"
#include "command/print_table.h"

/* A table has room for as many words as the line, so the lines they were written in do not count.
 */
static struct str
one_line(struct arena *a, const char *text)
{
	char *copy = str_z(a, str_c(text));

	for (char *at = copy; *at != '\0'; at++)
		*at = *at == '\n' ? ' ' : *at;
	return str_c(copy);
}

static void
print_item(struct arena *a, int width, struct str name, const char *text)
{
	const struct print_table_column columns[] = {
		{ NULL, "", -width, NULL },
		{ NULL, "", 0, NULL },
		{ 0 },
	};

	print_table_row(columns, NULL,
	    (const struct print_table_cell[]){ CELL_TEXT(name), CELL_TEXT(one_line(a, text)) });
}

/* "  -j, --jobs N", "      --log-json"; in a list without letters "  --plan" */
static struct str
option_text(struct arena *a, const struct option *x, bool has_letters)
{
	bool has_value = x->value != NULL;

	return str_printf(a, "  %s%s%s%s%s",
	    x->letter != NULL ? x->letter
	    : has_letters     ? "    "
	                      : "",
	    x->letter != NULL ? ", " : "", x->name, has_value ? " " : "",
	    has_value ? x->value : "");
}

static void
print_options(const struct option *list, bool has_letters)
{
	struct arena a = { 0 };
	size_t width = 0;

	for (const struct option *x = list; x->name != NULL; x++) {
		size_t n = option_text(&a, x, has_letters).n;

		width = n > width ? n : width;
	}
	for (; list->name != NULL; list++)
		print_item(&a, (int)width, option_text(&a, list, has_letters), list->help);
	arena_release(&a);
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
	struct arena a = { 0 };

	for (size_t i = 0; i < n; i++) {
		const char *text = c->exits[i];

		if (text == NULL &&
		    (usual[i].number <= STATUS_USAGE ||
		        (usual[i].number == STATUS_BUSY && (c->needs & NEEDS_LOCK) != 0)))
			text = usual[i].text;
		if (text == NULL)
			continue;
		print_item(&a, 4, str_printf(&a, "  %d", usual[i].number), text);
	}
	arena_release(&a);
}

static void
print_common(void)
{
	print_options(options_common, true);
	printf("  -h, --help         show this help, or that of a command\n"
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
	printf("\nRun 'flowstory help COMMAND' for more about one, or read 'man flowstory'.\n");
}

static void
print_command(const struct command *c)
{
	struct arena a = { 0 };
	int at = printf("usage: flowstory [OPTIONS] %s ", c->name);

	print_table_text(at > 0 ? (size_t)at : 0, one_line(&a, c->synopsis));
	arena_release(&a);
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
