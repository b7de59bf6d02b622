/* csv.h -- CSV by RFC 4180 (libcsv). */
#ifndef LIB_CSV_H
#define LIB_CSV_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

/* csv_cell(b, s): one cell; quoted only if it holds a quote, comma, CR or LF. */
void csv_cell(struct buf *b, struct str s);

/* csv_rows: all rows of a CSV text (LF or CRLF), each a list of cells, in a.  Empty lines are no
 * rows; spaces around a cell are part of it. Errors: ERR_SETTINGS with the byte where quoting is
 * broken. */
struct csv_row {
	struct str *cells;
	size_t n;
};
int csv_rows(
    struct arena *a, struct str text, struct csv_row **rows, size_t *n, struct err *e) ERR_MUST;

/* csv_version(b): a line "libcsv <version>", of the library that runs. */
void csv_version(struct buf *b);

#endif /* LIB_CSV_H */
