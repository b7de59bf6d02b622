/* Goal: each mistake that people make in JSON is called by its name, at the place where it is, and
 * whatever is refused has some name, whichever byte of a sound text is spoilt. */
#include "json/fault.h"

#include <criterion/criterion.h>

#include "exact.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct fault
explain(struct str text)
{
	struct json j = JSON_INIT;
	struct json_fault f = { "nothing", 0 };
	struct str copy = exact(text);
	struct fault out = { .what = "read" };

	if (!json_read(&j, copy, &f))
		out = fault_explain(copy, &f);
	json_release(&j);
	drop(copy);
	return out;
}

Test(fault, names_the_mistake_and_its_place)
{
	static const struct {
		const char *text, *what, *advice;
		unsigned line, column;
	} rows[] = {
		{ "{\n  \"a\": 1,\n}\n", "a comma before a closing bracket", "Take the comma out.",
		    2, 9 },
		{ "[1, 2 , ]", "a comma before a closing bracket", "Take the comma out.", 1, 7 },
		{ "{ // mine\n}", "a comment", "JSON has no comments: take it out.", 1, 3 },
		{ "# mine\n{}", "a comment", "JSON has no comments: take it out.", 1, 1 },
		{ "{} /* mine */", "a comment", "JSON has no comments: take it out.", 1, 4 },
		{ "{\"a\": 1 /* mine */ }", "a comment", "JSON has no comments: take it out.", 1,
		    9 },
		{ "{'a': 1}", "single quotes", "Write double quotes: \"...\".", 1, 2 },
		{ "[\"a\", 'b']", "single quotes", "Write double quotes: \"...\".", 1, 7 },
		{ "{\xe2\x80\x9c"
		  "a\": 1}",
		    "typographic quotes", "Write plain double quotes: \"...\".", 1, 2 },
		{ "{\"a\": 1\n \"b\": 2}", "a missing comma",
		    "Put a comma between this and what stands before it.", 2, 2 },
		{ "[{} {}]", "a missing comma",
		    "Put a comma between this and what stands before it.", 1, 5 },
		{ "[1 2]", "a missing comma", "Put a comma between this and what stands before it.",
		    1, 4 },
		{ "{min_age: 21}", "a name without quotes", "Write it in double quotes: \"name\".",
		    1, 2 },
		{ "{\"a\": 1, 2: 3}", "a name without quotes",
		    "Write it in double quotes: \"name\".", 1, 10 },
		{ "{{}}", "a value without a name", "In { } write \"name\": before each value.", 1,
		    2 },
		{ "{\n \"a\": [1, 2\n", "a closing ']' is missing",
		    "The '[' of line 2, column 7 is not closed.", 3, 1 },
		{ "{\"a\": 1", "a closing '}' is missing",
		    "The '{' of line 1, column 1 is not closed.", 1, 8 },
		{ "{\"a\":", "a closing '}' is missing",
		    "The '{' of line 1, column 1 is not closed.", 1, 6 },
		{ "{\"a\": [1, 2}", "a closing ']' is missing",
		    "The '[' of line 1, column 7 is not closed.", 1, 12 },
		{ "[{\"a\": 1]", "a closing '}' is missing",
		    "The '{' of line 1, column 2 is not closed.", 1, 9 },
		{ "]", "a closing bracket that nothing opened", "Take the ']' out, or open it.", 1,
		    1 },
		{ "{} }", "something after the end",
		    "Nothing may follow the bracket that closes the first one.", 1, 4 },
		{ " \n", "the file is empty", "Write {} for no settings, [] for no rules.", 2, 1 },
		{ "", "the file is empty", "Write {} for no settings, [] for no rules.", 1, 1 },
		{ "{\"a\": 1,, \"b\": 2}", "a comma with nothing before it", "Take the comma out.",
		    1, 9 },
		{ "[,]", "a comma with nothing before it", "Take the comma out.", 1, 2 },
		{ "{\"a\"}", "a name without a value", "Write a colon and a value after it.", 1,
		    5 },
		{ "{\"a\":, \"b\": 1}", "a name without a value", "Write a value after its colon.",
		    1, 6 },
		{ "{\"a\" = 1}", "a missing colon", "Put a colon between a name and its value.", 1,
		    6 },
		{ "[\"a\": 1]", "a colon without a name before it",
		    "Names with values belong in { }.", 1, 5 },
		{ "{\"a\": True}", "a word JSON does not know",
		    "Write true, false or null, in lower case.", 1, 7 },
		{ "{\"a\": None}", "a word JSON does not know",
		    "Write true, false or null, in lower case.", 1, 7 },
		{ "{\"a\": 24h}", "a number JSON does not allow",
		    "Write it as 7, -7, 0.5 or 1e3; or put it in quotes, if it is text.", 1, 7 },
		{ "{\"a\": weekly}", "text without quotes", "Write it in double quotes: \"...\".",
		    1, 7 },
		{ "{\"a\": \"b,\n \"c\": 1}", "text without its closing quote",
		    "Close it on its line; a line end inside is written \\n.", 1, 7 },
		{ "{\"a\": \"b}", "text without its closing quote",
		    "Close it on its line; a line end inside is written \\n.", 1, 7 },
		{ "{\"a\": \"b\tc\"}", "a tab inside quotes", "Write \\t for it.", 1, 9 },
		{ "{\"a\": \"C:\\keys\"}", "a bad escape", "Write \\\\ for a backslash.", 1, 10 },
		{ "{\"a\": 1,\n \"a\": 2}", "a repeated key",
		    "The same { } already has this name: remove one of the two.", 2, 2 },
		{ "\xef\xbb\xbf{}", "a byte order mark",
		    "Save the file as UTF-8 without one (BOM).", 1, 1 },
		{ "\xff\xfe{", "the file is UTF-16", "Save it as UTF-8.", 1, 1 },
		{ "[\"\xe4\"]", "invalid UTF-8", "Save the file as UTF-8.", 1, 3 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fault x = explain(str_c(rows[i].text));

		cr_expect_str_eq(x.what, rows[i].what, "'%s': %s", rows[i].text, x.what);
		cr_expect_str_eq(x.advice, rows[i].advice, "'%s': %s", rows[i].text, x.advice);
		cr_expect(x.line == rows[i].line && x.column == rows[i].column, "'%s': %u:%u",
		    rows[i].text, x.line, x.column);
	}
}

/* Each byte of a sound text is left out, doubled or replaced by each byte there is. */
Test(fault, names_whatever_is_refused)
{
	static const char sound[] = "{\"a\": [1, -2.5e3, \"b\\n\", {}], \"c\": {\"d\": null}}";
	const size_t n = sizeof(sound) - 1;
	char text[sizeof(sound) + 1];

	for (size_t i = 0; i < n; i++)
		for (int c = 0; c < 258; c++) {
			size_t len = c == 256 ? n - 1 : c == 257 ? n + 1 : n;
			struct fault x;

			memcpy(text, sound, i + 1);
			memcpy(text + i + (c == 257), sound + i + (c == 256), n - i - (c == 256));
			if (c < 256)
				text[i] = (char)c;
			x = explain(str_of(text, len));
			if (strcmp(x.what, "read") == 0)
				continue;
			cr_expect_str_neq(x.what, "not valid JSON");
			cr_expect(x.advice[0] != '\0', "byte %zu, %d: %s", i, c, x.what);
			cr_expect(
			    x.at <= len && x.line >= 1 && x.column >= 1, "byte %zu, %d", i, c);
		}
}

Test(fault, survives_every_depth)
{
	char text[JSON_DEPTH + 2];

	memset(text, '[', sizeof(text));
	for (size_t n = 1; n <= sizeof(text); n++) {
		struct fault x = explain(str_of(text, n));

		cr_expect_str_eq(
		    x.what, n > JSON_DEPTH ? "nesting over 64 levels" : "a closing ']' is missing");
	}
}
