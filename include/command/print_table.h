/* print_table.h -- a table: lines of text for people, or a JSON array of objects.
 *
 * One list of columns describes both.  A column without a name is text alone, one without a heading
 * JSON alone; so a value may stand in another place, or in another form, in each.
 *
 * A line is at most 80 columns wide.  A text that is longer than its place goes on in the lines
 * below it; a line end in it does the same.
 */
#ifndef COMMAND_PRINT_TABLE_H
#define COMMAND_PRINT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct doc;

struct print_table_column {
	const char *name;    /* of the JSON member, or NULL */
	const char *heading; /* of the text column, or NULL; a list ends where both are NULL */
	int width;           /* of the text column; negative: to the left; 0: as wide as it is */
	const char *object;  /* of the row, that the member lies in; NULL: the row itself */
};

/* A number, or a text. */
struct print_table_cell {
	uint64_t number;
	struct str text;
	bool is_text;
};

#define CELL(value) ((struct print_table_cell){ .number = (value) })
#define CELL_TEXT(value) ((struct print_table_cell){ .text = (value), .is_text = true })

/* print_table_headings(columns): the first line of a table as text. */
void print_table_headings(const struct print_table_column *columns);

/* print_table_row(columns, list, cells): one line of text; or if ${list} is not NULL, one object in
 * that array.  A cell for each column. */
void print_table_row(const struct print_table_column *columns, struct doc *list,
    const struct print_table_cell *cells);

/* print_table_text(at, text): text that begins at that column of the line begun, and goes on below
 * itself; ends the line. */
void print_table_text(size_t at, struct str text);

#endif /* COMMAND_PRINT_TABLE_H */
