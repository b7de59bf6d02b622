#include "lib/csv.h"

#include <stdbool.h>

#include <csv.h>

#include "base/arena.h"
#include "base/swar.h"

/* libcsv grows a cell by this much at a time; its own choice is 128. */
#define CELL_STEP 4096

struct build {
	struct arena *a;
	struct buf cells; /* struct str, of the row at hand */
	struct buf rows;  /* struct csv_row */
};

static bool
needs_quotes(struct str s)
{
	for (; s.n >= 8; s = str_of(s.p + 8, s.n - 8)) {
		uint64_t x = swar_load(s.p);

		if ((swar_has(x, '"') | swar_has(x, ',') | swar_has(x, '\r') | swar_has(x, '\n')) !=
		    0)
			return true;
	}
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '"' || c == ',' || c == '\r' || c == '\n')
			return true;
	}
	return false;
}

void
csv_cell(struct buf *b, struct str s)
{
	const char *quote;

	if (!needs_quotes(s)) {
		buf_str(b, s);
		return;
	}
	buf_char(b, '"');
	while (s.n > 0 && (quote = memchr(s.p, '"', s.n)) != NULL) {
		size_t n = (size_t)(quote - s.p) + 1;

		buf_add(b, s.p, n);
		buf_char(b, '"');
		s = str_of(s.p + n, s.n - n);
	}
	buf_str(b, s);
	buf_char(b, '"');
}

static void
on_cell(void *p, size_t n, void *context)
{
	struct build *b = context;
	struct str cell = { arena_bytes(b->a, p, n), n };

	buf_add(&b->cells, &cell, sizeof(cell));
}

static void
on_row(int end, void *context)
{
	struct build *b = context;
	struct csv_row row;

	(void)end;
	row.n = b->cells.n / sizeof(struct str);
	row.cells = arena_copy(b->a, b->cells.p, b->cells.n);
	buf_add(&b->rows, &row, sizeof(row));
	buf_reset(&b->cells);
}

static void *
resize(void *p, size_t n)
{
	return mem_resize(p, n, 1);
}

/* RFC 4180: spaces are part of a cell. */
static int
no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static int
parse(struct csv_parser *p, struct str text, struct build *b, struct err *e)
{
	size_t at = csv_parse(p, text.p, text.n, on_cell, on_row, b);

	if (at != text.n) {
		err_set(e, ERR_SETTINGS, "a quote in the middle of a cell");
		return err_byte(e, at);
	}
	if (csv_fini(p, on_cell, on_row, b) != 0) {
		err_set(e, ERR_SETTINGS, "a quote that is not closed");
		return err_byte(e, at);
	}
	return 0;
}

int
csv_rows(struct arena *a, struct str text, struct csv_row **rows, size_t *n, struct err *e)
{
	struct build b = { .a = a };
	struct csv_parser p;
	int rc;

	csv_init(&p, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_space_func(&p, no_space);
	csv_set_realloc_func(&p, resize);
	csv_set_free_func(&p, mem_free);
	csv_set_blk_size(&p, CELL_STEP);
	rc = parse(&p, text, &b, e);
	csv_free(&p);
	*rows = buf_list(&b.rows, a, sizeof(**rows), n);
	buf_release(&b.cells);
	return rc;
}

void
csv_version(struct buf *b)
{
	buf_printf(b, "libcsv %d.%d.%d\n", CSV_MAJOR, CSV_MINOR, CSV_RELEASE);
}
