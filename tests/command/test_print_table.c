/* Goal: no line of a table is wider than 80 columns, and nothing of a text is lost. */
#include "command/print_table.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>
#include <criterion/redirect.h>

static const struct print_table_column columns[] = {
	{ NULL, "id", -10, NULL },
	{ NULL, "count", 5, NULL },
	{ NULL, "text", 0, NULL },
	{ 0 },
};

/* What is printed of one row. */
static const char *
print(char *out, size_t cap, const char *id, uint64_t count, const char *text)
{
	FILE *f;
	size_t n;

	print_table_row(columns, NULL,
	    (const struct print_table_cell[]){
	        CELL_TEXT(str_c(id)), CELL(count), CELL_TEXT(str_c(text)) });
	fflush(stdout);
	f = cr_get_redirected_stdout();
	n = fread(out, 1, cap - 1, f);
	out[n] = '\0';
	return out;
}

#define SHOW(...) print((char[1024]){ 0 }, 1024, __VA_ARGS__)

Test(print_table, a_row_that_fits_is_one_line, .init = cr_redirect_stdout)
{
	const char *have = SHOW("a", 7, "some text");

	cr_expect(strcmp(have, "a              7  some text\n") == 0, "'%s'", have);
}

Test(print_table, characters_count_not_bytes, .init = cr_redirect_stdout)
{
	const char *have = SHOW("\xc5\xbb\xc3\xb3\xc5\x82w", 7, "x");

	cr_expect(strcmp(have, "\xc5\xbb\xc3\xb3\xc5\x82w           7  x\n") == 0, "'%s'", have);
}

Test(print_table, long_text_goes_on_below_itself, .init = cr_redirect_stdout)
{
	const char *have = SHOW("a", 7,
	    "one two three four five six seven eight nine ten eleven twelve\n"
	    "thirteen");

	cr_expect(strcmp(have, "a              7  one two three four five six seven eight nine ten "
	                       "eleven twelve\n                  thirteen\n") == 0,
	    "'%s'", have);
}

Test(print_table, a_long_word_is_broken, .init = cr_redirect_stdout)
{
	char word[101];
	const char *have;

	memset(word, 'x', 100);
	word[100] = '\0';
	have = SHOW("a", 7, word);
	cr_expect(strlen(have) == 18 + 62 + 1 + 18 + 38 + 1, "'%s'", have);
}

Test(print_table, a_cell_that_is_too_long_moves_the_rest_down, .init = cr_redirect_stdout)
{
	const char *have = SHOW("abcdefghijkl", 7, "x");

	cr_expect(strcmp(have, "abcdefghijkl\n               7  x\n") == 0, "'%s'", have);
}

Test(print_table, a_number_is_never_broken, .init = cr_redirect_stdout)
{
	const char *have = SHOW("a", 12345678, "x");

	cr_expect(strcmp(have, "a          12345678  x\n") == 0, "'%s'", have);
}
