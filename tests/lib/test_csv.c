/* Goal: cells come back as they went out; broken quoting has an address. */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "lib/csv.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	struct str in, out;
} cells[] = {
	{ { "", 0 }, { "", 0 } },
	{ { NULL, 0 }, { "", 0 } },
	{ { "Ann", 3 }, { "Ann", 3 } },
	{ { "Ann Lee", 7 }, { "Ann Lee", 7 } },
	{ { "Lee, Ann", 8 }, { "\"Lee, Ann\"", 10 } },
	{ { "\"", 1 }, { "\"\"\"\"", 4 } },
	{ { "say \"hi\"", 8 }, { "\"say \"\"hi\"\"\"", 12 } },
	{ { "a\nb", 3 }, { "\"a\nb\"", 5 } },
	{ { "a\rb", 3 }, { "\"a\rb\"", 5 } },
	{ { " a", 2 }, { " a", 2 } },
	{ { "a ", 2 }, { "a ", 2 } },
	{ { " ", 1 }, { " ", 1 } },
	{ { "\ta", 2 }, { "\ta", 2 } },
	{ { "a;b", 3 }, { "a;b", 3 } },
	{ { "a\0b", 3 }, { "a\0b", 3 } },
	{ { "\xc3\xa9\xff", 3 }, { "\xc3\xa9\xff", 3 } },
};

Test(sheet, a_cell_is_quoted_only_if_it_must)
{
	for (size_t i = 0; i < COUNT(cells); i++) {
		struct buf b = { 0 };

		csv_cell(&b, cells[i].in);
		cr_expect(str_eq(buf_view(&b), cells[i].out), "row %zu: %.*s", i, STR_ARG(b));
		buf_release(&b);
	}
}

/* Eight bytes are looked at together: what asks for quotes may lie anywhere in them. */
Test(sheet, what_asks_for_quotes_is_seen_wherever_it_lies)
{
	for (size_t n = 1; n <= 20; n++) {
		for (size_t at = 0; at < n; at++) {
			for (size_t k = 0; k < 6; k++) {
				char text[20], c = "\",\r\nx\xa2"[k];
				struct buf b = { 0 };

				memset(text, 'a', sizeof(text));
				text[at] = c;
				csv_cell(&b, str_of(text, n));
				cr_expect(b.n == (k == 0     ? n + 3
				                     : k < 4 ? n + 2
				                             : n),
				    "%zu of %zu: %zu", at, n, b.n);
				buf_release(&b);
			}
		}
	}
}

Test(sheet, a_cell_of_quotes_has_room_to_double)
{
	char quotes[5000];
	struct buf b = { 0 };

	memset(quotes, '"', sizeof(quotes));
	buf_z(&b, "x,");
	csv_cell(&b, str_of(quotes, sizeof(quotes)));
	cr_expect(b.n == 2 + 2 * sizeof(quotes) + 2, "%zu bytes", b.n);
	buf_release(&b);
}

/* Rows as text: cells in brackets, rows ended by ';'. */
static void
expect_rows(struct str text, const char *want)
{
	struct arena a = { 0 };
	struct err e = ERR_INIT;
	struct csv_row *rows;
	struct buf b = { 0 };
	size_t n;

	cr_assert(csv_rows(&a, text, &rows, &n, &e) == 0, "%s", e.msg);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < rows[i].n; k++) {
			buf_char(&b, '[');
			buf_str(&b, rows[i].cells[k]);
			buf_char(&b, ']');
		}
		buf_char(&b, ';');
	}
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%.*s instead of %s", STR_ARG(b), want);
	buf_release(&b);
	arena_release(&a);
}

Test(sheet, reads_rows_with_either_line_end)
{
	expect_rows(STR(""), "");
	expect_rows(STR("a,b\r\nc,d\r\n"), "[a][b];[c][d];");
	expect_rows(STR("a,b\nc,d\n"), "[a][b];[c][d];");
	expect_rows(STR("a,b\nc,d"), "[a][b];[c][d];");
	expect_rows(STR(",\n,,\n"), "[][];[][][];");
	expect_rows(STR("a,\n"), "[a][];");
	expect_rows(STR("a,"), "[a][];");
	expect_rows(STR("\"\"\n"), "[];");
}

Test(sheet, skips_empty_lines)
{
	expect_rows(STR("\r\n\r\na\r\n\r\n\nb\n\n"), "[a];[b];");
}

Test(sheet, reads_quoted_cells)
{
	expect_rows(STR("\"a,b\",\"c\"\"d\"\n"), "[a,b][c\"d];");
	expect_rows(STR("\"a\r\nb\",c\r\n"), "[a\r\nb][c];");
	expect_rows(STR("\"\"\"\",\"\"\n"), "[\"][];");
	expect_rows(STR("\"last\""), "[last];");
}

Test(sheet, spaces_are_part_of_a_cell)
{
	expect_rows(STR(" a , b\t\n"), "[ a ][ b\t];");
	expect_rows(STR("\" a \"\n \n"), "[ a ];[ ];");
}

static const struct {
	struct str text;
	uint64_t at;
} broken[] = {
	{ { "a,b\"c\n", 6 }, 3 },
	{ { "\"a\"b\n", 5 }, 3 },
	{ { "\"a\" ,b\n", 7 }, 3 },
	{ { " \"a\"\n", 5 }, 1 },
	{ { "x\n\"a\"\"", 6 }, 6 },
	{ { "\"", 1 }, 1 },
	{ { "a\n\"b\nc\n", 7 }, 7 },
};

Test(sheet, broken_quoting_is_refused_with_its_byte)
{
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct arena a = { 0 };
		struct err e = ERR_INIT;
		struct csv_row *rows;
		size_t n;

		cr_expect(csv_rows(&a, broken[i].text, &rows, &n, &e) == -1, "row %zu was read", i);
		cr_expect(e.kind == ERR_SETTINGS, "row %zu", i);
		cr_expect(e.at == broken[i].at, "row %zu: byte %ju: %s", i, (uintmax_t)e.at, e.msg);
		arena_release(&a);
	}
}

/* Any bytes at all, in tables of any shape; a lone empty cell is no row. */
static void
round_trip(struct arena *a, unsigned seed)
{
	static const char bytes[] = "a\",\r\n \t\0\xe9;";
	struct str cell[6][5];
	struct buf b = { 0 };
	struct err e = ERR_INIT;
	struct csv_row *rows;
	uint32_t x = seed;
	size_t n;

	for (size_t i = 0; i < 6 * 5; i++) {
		struct str *s = &cell[i / 5][i % 5];
		char text[8];

		for (s->n = 0; s->n < sizeof(text); s->n++) {
			x = x * 1664525 + 1013904223;
			text[s->n] = bytes[(x >> 24) % (sizeof(bytes) - 1)];
			if ((x >> 16) % 7 == 0)
				break;
		}
		s->p = arena_bytes(a, text, s->n);
		csv_cell(&b, *s);
		buf_z(&b, i % 5 < 4 ? "," : "\r\n");
	}
	cr_assert(csv_rows(a, buf_view(&b), &rows, &n, &e) == 0, "%s", e.msg);
	cr_assert(n == 6, "%zu rows, seed %u", n, seed);
	for (size_t i = 0; i < 6 * 5; i++)
		cr_expect(
		    rows[i / 5].n == 5 && str_eq(rows[i / 5].cells[i % 5], cell[i / 5][i % 5]),
		    "seed %u, cell %zu", seed, i);
	buf_release(&b);
}

Test(sheet, cells_of_any_bytes_come_back)
{
	for (unsigned seed = 1; seed <= 500; seed++) {
		struct arena a = { 0 };

		round_trip(&a, seed);
		arena_release(&a);
	}
}

Test(sheet, a_cell_longer_than_any_block_is_read)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct err e = ERR_INIT;
	struct csv_row *rows;
	size_t n;

	buf_char(&b, '"');
	for (size_t i = 0; i < 100000; i++)
		buf_char(&b, 'x');
	buf_z(&b, "\"\n");
	cr_assert(csv_rows(&a, buf_view(&b), &rows, &n, &e) == 0, "%s", e.msg);
	cr_expect(n == 1 && rows[0].n == 1 && rows[0].cells[0].n == 100000);
	buf_release(&b);
	arena_release(&a);
}
