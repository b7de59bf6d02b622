#include "command/print_table.h"

#include <stdio.h>
#include <string.h>

#include "lib/json_writer.h"

static bool
is_end(const struct print_table_column *c)
{
	return c->name == NULL && c->heading == NULL;
}

static void
print_cell(const char *gap, int width, struct str text)
{
	if (width != 0 || text.n > 0)
		printf("%s%*.*s", gap, width, STR_ARG(text));
}

/* Columns are one space apart, the last one two. */
static const char *
gap(const struct print_table_column *c, bool is_first)
{
	return is_first ? "" : c->width == 0 ? "  " : " ";
}

void
print_table_headings(const struct print_table_column *columns)
{
	bool is_first = true;

	for (const struct print_table_column *c = columns; !is_end(c); c++) {
		if (c->heading == NULL)
			continue;
		print_cell(gap(c, is_first), c->width, str_c(c->heading));
		is_first = false;
	}
	putchar('\n');
}

static void
print_line(const struct print_table_column *columns, const struct print_table_cell *cells)
{
	bool is_first = true;

	for (size_t i = 0; !is_end(&columns[i]); i++) {
		const struct print_table_column *c = &columns[i];
		char digits[24];
		int n =
		    snprintf(digits, sizeof(digits), "%llu", (unsigned long long)cells[i].number);

		if (c->heading == NULL)
			continue;
		print_cell(gap(c, is_first), c->width,
		    cells[i].is_text ? cells[i].text : str_of(digits, (size_t)n));
		is_first = false;
	}
	putchar('\n');
}

static void
add_object(const struct print_table_column *columns, struct doc *list,
    const struct print_table_cell *cells)
{
	struct doc *row = doc_in_object(list, NULL), *in = row;
	const char *object = NULL;

	for (size_t i = 0; !is_end(&columns[i]); i++) {
		const struct print_table_column *c = &columns[i];

		if (c->name == NULL)
			continue;
		if (c->object == NULL)
			in = row;
		else if (object == NULL || strcmp(object, c->object) != 0)
			in = doc_in_object(row, c->object);
		object = c->object;
		if (cells[i].is_text)
			doc_text(in, c->name, cells[i].text);
		else
			doc_u64(in, c->name, cells[i].number);
	}
}

void
print_table_row(const struct print_table_column *columns, struct doc *list,
    const struct print_table_cell *cells)
{
	if (list == NULL)
		print_line(columns, cells);
	else
		add_object(columns, list, cells);
}
