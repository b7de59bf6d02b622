/* Goal: the reader takes every JSON text and nothing else, names what is wrong
 * and where, and its tape says exactly what the text says, whichever way
 * through the code the bytes take. */
#include "json/read.h"

#include <criterion/criterion.h>

#include "exact.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOT_JSON "not valid JSON"
#define NUMBER "a number JSON does not allow"
#define UTF8 "invalid UTF-8"
#define ESCAPE "a bad escape"
#define CONTROL "a control character in a string"
#define REPEATED "a repeated key"
#define NESTING "nesting over 64 levels"

/* A text with its literal's length, NUL bytes included. */
#define T(literal)                                                                                 \
	{                                                                                          \
		"" literal, sizeof(literal) - 1                                                    \
	}

static void
expect_fault(struct str text, const char *what, size_t at)
{
	struct json j = JSON_INIT;
	struct json_fault f = { "nothing", 0 };
	struct str copy = exact(text);
	bool ok = json_read(&j, copy, &f);

	cr_expect(!ok, "'%.*s' was read", STR_ARG(text));
	cr_expect_str_eq(f.what, what, "'%.*s': %s", STR_ARG(text), f.what);
	cr_expect_eq(f.at, at, "'%.*s': byte %zu, want %zu", STR_ARG(text), f.at, at);
	json_release(&j);
	drop(copy);
}

static void
expect_read(struct str text)
{
	struct json j = JSON_INIT;
	struct json_fault f = { "nothing", 0 };
	struct str copy = exact(text);

	cr_expect(json_read(&j, copy, &f), "'%.*s': %s at %zu", STR_ARG(text), f.what, f.at);
	json_release(&j);
	drop(copy);
}

Test(json, what_rfc_8259_allows_is_read)
{
	static const struct str texts[] = { T("null"), T("true"), T("false"), T("0"), T("-0"),
		T("12"), T("-1.5"), T("1e5"), T("1E+5"), T("0.0e-0"), T("10.01e10"),
		T("123456789012345678901234567890.123456789"), T("1e999999"), T("\"\""), T("\"a\""),
		T("[]"), T("{}"), T(" [ ] "), T("\t\r\n{ \n}\t"), T("[1,\"a\",null,[],{}]"),
		T("{\"a\":1,\"b\":{\"a\":1},\"c\":[{\"a\":1},{\"a\":2}]}"), T("{\"\":1}"),
		T("{ \"a\" : 1 , \"b\" : 2 }"),
		T("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uABCD\\uabcd\""), T("\"\\ud83d\\ude00\""),
		T("\"\\uDBFF\\uDFFF\""), T("\"\\ud800\""), T("\"\\udc00\""), T("\"\\ud800x\""),
		T("\"\\ud800\\n\""), T("\"\\ud800\\u0041\""), T("\"\\udc00\\ud800\""),
		T("\"\\ud83d\\ude00\\ude00\""), T("\"\x7f\""), T("\"\xc2\x80\""), T("\"\xdf\xbf\""),
		T("\"\xe0\xa0\x80\""), T("\"\xed\x9f\xbf\""), T("\"\xee\x80\x80\""),
		T("\"\xef\xbf\xbf\""), T("\"\xf0\x90\x80\x80\""), T("\"\xf4\x8f\xbf\xbf\""),
		T("\"\xef\xbb\xbf\"") };

	for (size_t i = 0; i < COUNT(texts); i++)
		expect_read(texts[i]);
}

Test(json, what_is_no_json_is_refused_at_its_byte)
{
	static const struct {
		struct str text;
		size_t at;
	} cases[] = { { T(""), 0 }, { T("  "), 2 }, { T("nul"), 0 }, { T("nulll"), 4 },
		{ T("True"), 0 }, { T("'a'"), 0 }, { T("1 2"), 2 }, { T("[] []"), 3 },
		{ T("[]\0"), 2 }, { T("["), 1 }, { T("[1"), 2 }, { T("[1,"), 3 }, { T("[,]"), 1 },
		{ T("[1,]"), 3 }, { T("[1,,2]"), 3 }, { T("[1 2]"), 3 }, { T("[1}"), 2 },
		{ T("]"), 0 }, { T("}"), 0 }, { T(","), 0 }, { T(":"), 0 }, { T("{"), 1 },
		{ T("{1:2}"), 1 }, { T("{\"a\"}"), 4 }, { T("{\"a\":}"), 5 },
		{ T("{\"a\":1,}"), 7 }, { T("{\"a\":1]"), 6 }, { T("{\"a\" 1}"), 5 },
		{ T("{\"a\"::1}"), 5 }, { T("{,}"), 1 }, { T("{a:1}"), 1 },
		{ T("{\"a\":1 \"b\":2}"), 7 }, { T("{null:1}"), 1 }, { T("\"a"), 2 },
		{ T("\""), 1 }, { T("[\"a]"), 4 }, { T("\"a\"b"), 3 }, { T("// x\n1"), 0 },
		{ T("[1]/**/"), 3 }, { T("\xef\xbb\xbf{}"), 0 }, { T("\x0b[]"), 0 },
		{ T("[\xc2\xa0]"), 1 }, { T("undefined"), 0 }, { T("{\"a\":1}{\"a\":1}"), 7 },
		{ T("\0"), 0 } };

	for (size_t i = 0; i < COUNT(cases); i++)
		expect_fault(cases[i].text, NOT_JSON, cases[i].at);
}

Test(json, numbers_json_does_not_allow_are_refused)
{
	static const struct str numbers[] = { T("01"), T("-01"), T("00"), T("-"), T("+1"), T(".5"),
		T("1."), T("-.5"), T("1.e5"), T("1e"), T("1e+"), T("1e-"), T("1E1.5"), T("0x1F"),
		T("1_000"), T("1.2.3"), T("1-2"), T("--1"), T("-a"), T("1a"), T("NaN"),
		T("Infinity"), T("-Infinity"), T("1e5e5"), T("1\xc2\xa0"), T("1\0") };
	struct buf b = { 0 };

	for (size_t i = 0; i < COUNT(numbers); i++) {
		expect_fault(numbers[i], NUMBER, 0);
		buf_reset(&b);
		buf_z(&b, "[1, ");
		buf_str(&b, numbers[i]);
		buf_z(&b, ",2]");
		expect_fault(buf_view(&b), NUMBER, 4);
	}
	buf_release(&b);
}

Test(json, faults_in_strings_have_their_name)
{
	static const struct {
		struct str text;
		const char *what;
		size_t at;
	} cases[] = { { T("\"\\x\""), ESCAPE, 1 }, { T("\"\\"), ESCAPE, 1 },
		{ T("\"ab\\u12G4\""), ESCAPE, 3 }, { T("\"\\u12\""), ESCAPE, 1 },
		{ T("\"\\u\""), ESCAPE, 1 }, { T("\"\\U0041\""), ESCAPE, 1 },
		{ T("\"\\\0\""), ESCAPE, 1 }, { T("\"\\'\""), ESCAPE, 1 },
		{ T("\"\\u+123\""), ESCAPE, 1 }, { T("\"\\ud800\\udc0"), ESCAPE, 7 },
		{ T("\"\\ud800\\u12\""), ESCAPE, 7 }, { T("\"a\nb\""), CONTROL, 2 },
		{ T("\"\0\""), CONTROL, 1 }, { T("\"\t\""), CONTROL, 1 },
		{ T("\"\x1f\""), CONTROL, 1 }, { T("\"\x80\""), UTF8, 1 },
		{ T("\"\xbf\""), UTF8, 1 }, { T("\"\xc0\x80\""), UTF8, 1 },
		{ T("\"\xc1\xbf\""), UTF8, 1 }, { T("\"\xc3\""), UTF8, 1 },
		{ T("\"\xc3"), UTF8, 1 }, { T("\"a\xe0\x9f\xbf\""), UTF8, 2 },
		{ T("\"\xed\xa0\x80\""), UTF8, 1 }, { T("\"\xed\xb0\x80\""), UTF8, 1 },
		{ T("\"\xe2\x82\""), UTF8, 1 }, { T("\"\xf0\x8f\xbf\xbf\""), UTF8, 1 },
		{ T("\"\xf4\x90\x80\x80\""), UTF8, 1 }, { T("\"\xf5\x80\x80\x80\""), UTF8, 1 },
		{ T("\"\xf0\x9f\x98\""), UTF8, 1 }, { T("\"\xff\""), UTF8, 1 },
		{ T("\xff"), UTF8, 0 }, { T("[1,\xc3\x28]"), UTF8, 3 }, { T("[] \xf0"), UTF8, 3 },
		{ T("{\"a\"\x80"), UTF8, 4 }, { T("{\"\\q\":1}"), ESCAPE, 2 },
		{ T("{\"\x01\":1}"), CONTROL, 2 } };

	for (size_t i = 0; i < COUNT(cases); i++)
		expect_fault(cases[i].text, cases[i].what, cases[i].at);
}

/* The wide steps must not pass over anything, wherever it stands. */
Test(json, a_string_is_the_same_at_every_length_and_place)
{
	static const struct {
		struct str what;
		const char *fault; /* NULL: allowed */
	} cases[] = { { T("x"), NULL }, { T("\x7f"), NULL }, { T(" "), NULL }, { T("\\n"), NULL },
		{ T("\\\\"), NULL }, { T("\\\""), NULL }, { T("\xc3\xa9"), NULL },
		{ T("\xf0\x9f\x98\x80"), NULL }, { T("\\ud83d\\ude00"), NULL },
		{ T("\x1f"), CONTROL }, { T("\0"), CONTROL }, { T("\x80"), UTF8 },
		{ T("\xff"), UTF8 }, { T("\\z"), ESCAPE }, { T("\\udead"), NULL } };
	struct buf b = { 0 };

	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t before = 0; before < 40; before++)
			for (size_t after = 0; after < 20; after++) {
				buf_reset(&b);
				buf_char(&b, '"');
				for (size_t k = 0; k < before; k++)
					buf_char(&b, 'a');
				buf_str(&b, cases[i].what);
				for (size_t k = 0; k < after; k++)
					buf_char(&b, 'z');
				buf_char(&b, '"');
				if (cases[i].fault == NULL)
					expect_read(buf_view(&b));
				else
					expect_fault(buf_view(&b), cases[i].fault, before + 1);
			}
	buf_release(&b);
}

Test(json, every_beginning_of_a_text_is_refused)
{
	static const struct str text =
	    T("{\"a\":[1.5e+3,\"x\\u00e9\\ud83d"
	      "\\ude00\xc3\xa9 and some plain text\",true,null],\"b\":{}}");
	struct json j = JSON_INIT;
	struct json_fault f;

	expect_read(text);
	for (size_t n = 0; n < text.n; n++) {
		struct str cut = exact(str_of(text.p, n));

		cr_expect(!json_read(&j, cut, &f), "%zu bytes were read", n);
		cr_expect(f.at <= n, "%zu bytes: fault at %zu", n, f.at);
		drop(cut);
	}
	json_release(&j);
}

static void
put_nested(struct buf *b, size_t depth, const char *open, const char *close)
{
	buf_reset(b);
	for (size_t i = 0; i < depth; i++)
		buf_z(b, open);
	buf_z(b, "1");
	for (size_t i = 0; i < depth; i++)
		buf_z(b, close);
}

Test(json, sixty_four_levels_are_read_and_one_more_is_not)
{
	struct buf b = { 0 };

	put_nested(&b, 64, "[", "]");
	expect_read(buf_view(&b));
	put_nested(&b, 65, "[", "]");
	expect_fault(buf_view(&b), NESTING, 64);
	put_nested(&b, 64, "{\"a\":", "}");
	expect_read(buf_view(&b));
	put_nested(&b, 65, "{\"a\":", "}");
	expect_fault(buf_view(&b), NESTING, (size_t)64 * 5);
	buf_release(&b);
}

Test(json, levels_closed_again_do_not_count)
{
	struct buf b = { 0 };

	buf_char(&b, '[');
	for (int i = 0; i < 1000; i++)
		buf_z(&b, "[{\"a\":[]}],");
	buf_z(&b, "0]");

	expect_read(buf_view(&b));
	buf_release(&b);
}

Test(json, a_repeated_key_is_found_decoded)
{
	static const struct {
		struct str text;
		size_t at;
	} cases[] = { { T("{\"a\":1,\"a\":1}"), 7 }, { T("{\"\":1,\"\":1}"), 6 },
		{ T("{\"ab\":1,\"b\":1,\"ab\":1}"), 14 }, { T("{\"a\":1,\"\\u0061\":1}"), 7 },
		{ T("{\"\\u0061\":1,\"a\":1}"), 12 }, { T("{\"\\/\":1,\"/\":1}"), 8 },
		{ T("{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\uDE00\":1}"), 10 },
		{ T("{\"\\ud83d\":1,\"\\udc00\":1}"), 12 },
		{ T("{\"\xef\xbf\xbd\":1,\"\\udc00\":1}"), 9 },
		{ T("{\"x\":{\"a\":1,\"a\":1},\"x\":1}"), 12 },
		{ T("[{\"a\":1},{\"b\":{},\"b\":{}}]"), 17 },
		{ T("{\"b\":1,\"a\":1,\"b\":1,\"a\":1}"), 13 },
		{ T("{\"b\":1,\"a\":1,\"\\u0062\":1,\"a\":1}"), 13 } };

	for (size_t i = 0; i < COUNT(cases); i++)
		expect_fault(cases[i].text, REPEATED, cases[i].at);
}

Test(json, keys_that_only_look_alike_are_different)
{
	static const struct str texts[] = { T("{\"a\":1,\"A\":1}"), T("{\"a\":1,\"a \":1}"),
		T("{\"axb\":1,\"ayb\":1}"), T("{\"a\":{\"a\":{\"a\":1}}}"),
		T("{\"a\\u0000\":1,\"a\":1}"), T("{\"\\\\u0061\":1,\"a\":1}"),
		T("{\"\xc3\xa9\":1,\"e\xcc\x81\":1}"), T("{\"\\\"\":1,\"\\\\\":1,\"\":1}") };

	for (size_t i = 0; i < COUNT(texts); i++)
		expect_read(texts[i]);
}

/* An object of n numbered members and, at place twin, the name of member 0
 * again. */
static void
put_object(struct buf *b, size_t n, size_t twin, const char *k, size_t *at)
{
	buf_reset(b);
	buf_char(b, '{');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_char(b, ',');
		if (i == twin)
			*at = b->n;
		buf_printf(b, "\"%s%zu\":0", k, i == twin ? (size_t)0 : i);
	}
	buf_char(b, '}');
}

Test(json, a_repeated_key_is_found_in_objects_of_every_size)
{
	static const char *const k[] = { "k", "\\u006b" };
	struct buf b = { 0 };
	size_t at = 0;

	for (size_t p = 0; p < COUNT(k); p++)
		for (size_t n = 2; n < 70; n++) {
			put_object(&b, n, n, k[p], &at);
			expect_read(buf_view(&b));
			put_object(&b, n, n - 1, k[p], &at);
			expect_fault(buf_view(&b), REPEATED, at);
			put_object(&b, n, 1, k[p], &at);
			expect_fault(buf_view(&b), REPEATED, at);
		}
	buf_release(&b);
}

Test(json, a_hundred_thousand_keys_take_no_quadratic_time, .timeout = 20)
{
	struct buf b = { 0 };
	size_t at = 0;

	for (int i = 0; i < 5; i++) {
		put_object(&b, 100000, 100000, "k", &at);
		expect_read(buf_view(&b));
		put_object(&b, 100000, 99999, "k", &at);
		expect_fault(buf_view(&b), REPEATED, at);
	}
	buf_release(&b);
}

Test(json, a_text_too_long_for_its_positions_is_refused)
{
	struct json j = JSON_INIT;
	struct json_fault f;

	cr_expect(!json_read(&j, str_of("[]", UINT32_MAX), &f));
	cr_expect_str_eq(f.what, "4 GiB of text or more");
	json_release(&j);
}
