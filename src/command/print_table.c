#include "command/print_table.h"

#include <stdio.h>
#include <string.h>

#include "lib/json_writer.h"

#define WIDTH 80 /* of a line; nothing is wider */

static bool
is_end(const struct print_table_column *c)
{
	return c->name == NULL && c->heading == NULL;
}

/* ---- A line as text */

/* How many places ${s} takes: a character takes one. */
static size_t
places(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

/* The bytes of at most ${most} characters. */
static size_t
bytes_of(struct str s, size_t most)
{
	size_t i = 0;

	while (i < s.n && (most > 0 || ((unsigned char)s.p[i] & 0xc0) == 0x80)) {
		most -= ((unsigned char)s.p[i] & 0xc0) != 0x80;
		i++;
	}
	return i;
}

/* What of ${s} goes on a line of ${room}: up to a line end, else whole words, else what fits. */
static struct str
take_line(struct str *s, size_t room)
{
	const char *end = memchr(s->p, '\n', s->n);
	struct str line = end == NULL ? *s : str_of(s->p, (size_t)(end - s->p));
	size_t fits = bytes_of(line, room), used;

	used = line.n + (end != NULL);
	if (fits < line.n) {
		size_t space = fits;

		while (space > 0 && line.p[space] != ' ')
			space--;
		line.n = space > 0 ? space : fits;
		used = space > 0 ? space + 1 : fits;
	}
	*s = str_from(*s, used);
	return line;
}

static void
end_line(size_t at)
{
	printf("\n%*s", (int)at, "");
}

/* A cell that begins at ${at}; a text to the left that is longer goes on below itself, and what
 * follows it then stands in a line of its own.  A number is never broken. */
static void
print_cell(struct str text, size_t at, int width)
{
	size_t to = at + (size_t)(width < 0 ? -width : width), n = places(text);
	struct str line;

	if (width > 0 && n < (size_t)width)
		printf("%*s", width - (int)n, "");
	if (width > 0 || (width < 0 && at + n <= to)) {
		printf("%.*s%*s", STR_ARG(text), width < 0 ? (int)(to - at - n) : 0, "");
		return;
	}
	do {
		line = take_line(&text, WIDTH - at);
		printf("%.*s", STR_ARG(line));
		if (text.n > 0)
			end_line(at);
	} while (text.n > 0);
	if (width != 0)
		end_line(to);
}

/* Columns are one space apart, the last one two. */
static size_t
gap(const struct print_table_column *c, size_t at)
{
	return at == 0 ? 0 : c->width == 0 ? 2 : 1;
}

/* The places up to the end of a column. */
static size_t
put(const struct print_table_column *c, size_t at, struct str text)
{
	size_t space = gap(c, at);

	if (c->width == 0 && text.n == 0)
		return at;
	printf("%*s", (int)space, "");
	print_cell(text, at + space, c->width);
	return at + space + (size_t)(c->width < 0 ? -c->width : c->width);
}

void
print_table_text(size_t at, struct str text)
{
	print_cell(text, at, 0);
	putchar('\n');
}

void
print_table_headings(const struct print_table_column *columns)
{
	size_t at = 0;

	for (const struct print_table_column *c = columns; !is_end(c); c++)
		if (c->heading != NULL)
			at = put(c, at, str_c(c->heading));
	putchar('\n');
}

static void
print_line(const struct print_table_column *columns, const struct print_table_cell *cells)
{
	size_t at = 0;

	for (size_t i = 0; !is_end(&columns[i]); i++) {
		char digits[24];
		int n =
		    snprintf(digits, sizeof(digits), "%llu", (unsigned long long)cells[i].number);

		if (columns[i].heading != NULL)
			at = put(&columns[i], at,
			    cells[i].is_text ? cells[i].text : str_of(digits, (size_t)n));
	}
	putchar('\n');
}

/* ---- A line as JSON */

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
