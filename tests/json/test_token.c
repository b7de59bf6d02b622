/* Goal: where strings and numbers end, at any place in a step of sixteen bytes,
 * with the bytes on both sides of every bound. */
#include "json/token.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/str.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

Test(token, plain_text_ends_at_each_byte_that_is_not)
{
	for (int c = 0; c < 256; c++) {
		bool plain = c >= 0x20 && c <= 0x7e && c != '"' && c != '\\';

		cr_expect(token_is_plain((char)c) == plain, "%d", c);
		for (size_t n = 1; n < 80; n++)
			for (size_t at = 0; at < n; at++) {
				char text[80];
				const char *end;

				memset(text, 'a', sizeof(text));
				text[at] = (char)c;
				end = token_plain_end(text, text + n);
				cr_assert(
				    end == text + (plain ? n : at), "%d at %zu of %zu", c, at, n);
			}
	}
}

Test(token, the_rest_of_a_string)
{
	static const struct {
		const char *text;
		size_t at; /* from the front */
		const char *what;
		bool ok, escaped;
	} rows[] = {
		{ "\"", 1, NULL, true, false },
		{ "abc\"d\"", 4, NULL, true, false },
		{ "\xc3\xa9\x7f\"", 4, NULL, true, false },
		{ "\\\"\"", 3, NULL, true, true },
		{ "\\u00e9\\ud83d\\ude00\"", 19, NULL, true, true },
		{ "", 0, NULL, false, false },
		{ "abc", 3, NULL, false, false },
		{ "\\n", 2, NULL, false, true },
		{ "a\\", 1, "a bad escape", false, true },
		{ "a\\x\"", 1, "a bad escape", false, true },
		{ "\\u12\"", 0, "a bad escape", false, true },
		{ "\\ud83d\"", 7, NULL, true, true },
		{ "\\ude00\"", 7, NULL, true, true },
		{ "a\x1f\"", 1, "a control character in a string", false, false },
		{ "a\xc3\"", 1, "invalid UTF-8", false, false },
		{ "\xed\xa0\x80\"", 0, "invalid UTF-8", false, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *p = rows[i].text;
		struct token_string t;

		cr_expect(token_string_rest(&t, p, p + strlen(p)) == rows[i].ok, "row %zu", i);
		cr_expect(t.at == p + rows[i].at, "row %zu", i);
		cr_expect(t.escaped == rows[i].escaped, "row %zu", i);
		cr_expect(str_eq(str_c(t.what), str_c(rows[i].what)), "row %zu", i);
	}
}

Test(token, a_number_ends_where_json_ends_it)
{
	static const struct {
		const char *text;
		int n; /* -1: none */
	} rows[] = { { "0", 1 }, { "-0", 2 }, { "12,", 2 }, { "1.50}", 4 }, { "1e5", 3 },
		{ "1E+05]", 5 }, { "-1.2e-3 ", 7 }, { "", -1 }, { "-", -1 }, { "01", -1 },
		{ "00", -1 }, { "1.", -1 }, { ".5", -1 }, { "1e", -1 }, { "1e+", -1 }, { "+1", -1 },
		{ "1.2.3", 3 }, { "0x1", 1 } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *p = rows[i].text;
		const char *end = token_number_end(p, p + strlen(p));

		cr_expect(end == (rows[i].n < 0 ? NULL : p + rows[i].n), "%s", rows[i].text);
	}
}
