/* Goal: a tape says where everything lies, and what is asked of it is answered
 * by the text's meaning: names and strings decoded, values compact with their
 * digits, places as lines. */
#include "json/read.h"

#include <criterion/criterion.h>

#include "base/arena.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A text with its literal's length, NUL bytes included. */
#define T(literal)                                                                                 \
	{                                                                                          \
		"" literal, sizeof(literal) - 1                                                    \
	}

static void
must_read(struct json *j, struct str text)
{
	struct json_fault f;

	cr_assert(json_read(j, text, &f), "'%.*s': %s at %zu", STR_ARG(text), f.what, f.at);
}

Test(json_text, the_tape_says_where_everything_lies)
{
	static const struct str text = T(" {\"a\" : [1, \"x\\n\"],\"b\":{},\"c\":-2.50}");
	static const struct json_node want[] = {
		{ 1, 35, 10, 3, JSON_OBJECT, false, false },
		{ 2, 3, 2, 0, JSON_STRING, false, true },
		{ 8, 10, 5, 2, JSON_ARRAY, false, false },
		{ 9, 1, 4, 0, JSON_NUMBER, false, false },
		{ 12, 5, 5, 0, JSON_STRING, true, false },
		{ 19, 3, 6, 0, JSON_STRING, false, true },
		{ 23, 2, 7, 0, JSON_OBJECT, false, false },
		{ 26, 3, 8, 0, JSON_STRING, false, true },
		{ 30, 5, 9, 0, JSON_NUMBER, false, false },
	};
	struct json j = JSON_INIT;

	must_read(&j, text);

	cr_assert_eq(j.n, COUNT(want));
	for (uint32_t i = 0; i < j.n; i++) {
		const struct json_node *got = &j.nodes[i];

		cr_expect_eq(got->at, want[i].at, "node %u at %u", i, got->at);
		cr_expect_eq(got->len, want[i].len, "node %u len %u", i, got->len);
		cr_expect_eq(
		    got->next, i == 0 ? j.n : want[i].next, "node %u next %u", i, got->next);
		cr_expect_eq(got->count, want[i].count, "node %u", i);
		cr_expect_eq(got->kind, want[i].kind, "node %u", i);
		cr_expect_eq(got->escaped, want[i].escaped, "node %u", i);
		cr_expect_eq(got->plain, want[i].plain, "node %u", i);
	}
	json_release(&j);
}

Test(json_text, a_plain_string_is_printable_ascii_alone)
{
	static const struct {
		struct str text;
		bool plain;
	} rows[] = { { T("\"\""), true }, { T("\" ~\""), true }, { T("\"a\x7f\""), false },
		{ T("\"\xc3\xa9\""), false }, { T("\"\\n\""), false },
		{ T("\"more than one step of thirty-two bytes\""), true },
		{ T("\"more than one step of thirty-two byt\xc3\xa9s\""), false } };
	struct json j = JSON_INIT;

	for (size_t i = 0; i < COUNT(rows); i++) {
		must_read(&j, rows[i].text);
		cr_expect(j.nodes[0].plain == rows[i].plain, "row %zu", i);
	}
	json_release(&j);
}

Test(json_text, a_tape_is_reused_without_new_memory)
{
	struct json j = JSON_INIT;
	struct json_fault f;
	struct json_node *nodes;

	must_read(&j, STR("[1,2,3,4,5,6,7,8,9]"));
	nodes = j.nodes;
	cr_expect(!json_read(&j, STR("[1,2"), &f));
	must_read(&j, STR("{\"a\":1}"));

	cr_expect_eq(j.nodes, nodes, "the nodes were moved");
	cr_expect_eq(j.n, 3);
	cr_expect_eq(json_find(&j, 0, STR("a")), 2);
	json_release(&j);
	cr_expect_eq(j.nodes, NULL);
	json_release(&j);
}

Test(json_text, many_nodes_grow_the_tape)
{
	struct json j = JSON_INIT;
	struct buf b = { 0 };

	buf_char(&b, '[');
	for (int i = 0; i < 10000; i++)
		buf_z(&b, "7,");
	buf_z(&b, "7]");
	must_read(&j, buf_view(&b));

	cr_expect_eq(j.n, 10002);
	cr_expect_eq(j.nodes[0].count, 10001);
	cr_expect_eq(j.nodes[10001].at, 20001);
	json_release(&j);
	buf_release(&b);
}

Test(json_text, members_are_found_by_decoded_name)
{
	struct json j = JSON_INIT;

	must_read(&j, STR("{\"a\":1,\"\\u0062c\":2,\"\":3,\"n\":{\"x\":4},"
	                  "\"z\\u0000\":5}"));

	cr_expect_eq(json_find(&j, 0, STR("a")), 2);
	cr_expect_eq(json_find(&j, 0, STR("bc")), 4);
	cr_expect_eq(json_find(&j, 0, (struct str){ NULL, 0 }), 6);
	cr_expect_eq(json_find(&j, 8, STR("x")), 10);
	cr_expect_eq(json_find(&j, 0, STR("z\0")), 12);
	cr_expect_eq(json_find(&j, 0, STR("x")), 0, "a name below is found");
	cr_expect_eq(json_find(&j, 0, STR("b")), 0);
	cr_expect_eq(json_find(&j, 0, STR("bcd")), 0);
	cr_expect_eq(json_find(&j, 0, STR("z")), 0);
	cr_expect_eq(json_find(&j, 2, STR("a")), 0, "a number has a member");
	json_release(&j);
}

static const struct {
	struct str text, decoded;
} strings[] = {
	{ T("\"\""), T("") },
	{ T("\"plain\""), T("plain") },
	{ T("\"caf\xc3\xa9\""), T("caf\xc3\xa9") },
	{ T("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), T("\"\\/\b\f\n\r\t") },
	{ T("\"\\u0000\""), T("\0") },
	{ T("\"\\u007f\\u0080\""), T("\x7f\xc2\x80") },
	{ T("\"\\u07ff\\u0800\""), T("\xdf\xbf\xe0\xa0\x80") },
	{ T("\"\\uD7FF\\ue000\\uFfFf\""), T("\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf") },
	{ T("\"\\ud800\\udc00\""), T("\xf0\x90\x80\x80") },
	{ T("\"\\uDBFF\\uDFFF!\""), T("\xf4\x8f\xbf\xbf!") },
	{ T("\"a\\u0041\\\\u0041\""), T("aA\\u0041") },
	{ T("\"\\ud800\""), T("\xef\xbf\xbd") },
	{ T("\"\\udc00x\\ud800\""), T("\xef\xbf\xbdx\xef\xbf\xbd") },
	{ T("\"\\ud83d\\ud83d\\ude00\""), T("\xef\xbf\xbd\xf0\x9f\x98\x80") },
	{ T("\"\\ud83d\\\\ude00\""), T("\xef\xbf\xbd\\ude00") },
};

Test(json_text, strings_are_decoded)
{
	struct json j = JSON_INIT;
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(strings); i++) {
		must_read(&j, strings[i].text);
		cr_expect(
		    str_eq(json_text(&a, &j, 0), strings[i].decoded), "%s", strings[i].text.p);
		cr_expect(json_is(&j, 0, strings[i].decoded), "%s", strings[i].text.p);
		cr_expect(!json_is(&j, 0, STR("a")), "%s", strings[i].text.p);
	}
	arena_release(&a);
	json_release(&j);
}

Test(json_text, strings_without_escapes_are_borrowed)
{
	struct json j = JSON_INIT;
	struct arena a = { 0 };
	struct str text = STR("[\"plain\"]");

	must_read(&j, text);

	cr_expect_eq(json_text(&a, &j, 1).p, text.p + 2);
	cr_expect_eq(a.head, NULL, "memory was taken");
	json_release(&j);
}

Test(json_text, strings_are_ordered_by_decoded_bytes)
{
	struct json x = JSON_INIT, y = JSON_INIT;

	for (size_t i = 0; i < COUNT(strings); i++)
		for (size_t k = 0; k < COUNT(strings); k++) {
			int want = str_cmp(strings[i].decoded, strings[k].decoded);
			int got;

			must_read(&x, strings[i].text);
			must_read(&y, strings[k].text);
			got = json_cmp(&x, 0, &y, 0);
			cr_expect_eq((got > 0) - (got < 0), (want > 0) - (want < 0),
			    "%s against %s", strings[i].text.p, strings[k].text.p);
		}
	json_release(&x);
	json_release(&y);
}

Test(json_text, compact_text_keeps_digits_and_escapes)
{
	static const struct {
		struct str text;
		uint32_t node;
		const char *want;
	} cases[] = {
		{ T(" 1.50 "), 0, "1.50" },
		{ T("[ ]"), 0, "[]" },
		{ T("{ \"a b\\\" \" :\t[ 1 ,\n2.0e+1 , \" x \" ] }"), 0,
		    "{\"a b\\\" \":[1,2.0e+1,\" x \"]}" },
		{ T("{\"a\": {\"b\" : \"\\\\\" } , \"c\":1}"), 2, "{\"b\":\"\\\\\"}" },
		{ T("[1, [ 2 ], 3]"), 2, "[2]" },
		{ T("{\"a\":1,\"b\":\"\\u0041\"}"), 0, "{\"a\":1,\"b\":\"\\u0041\"}" },
		{ T("[ \"a\\ud83d b\\ud83d\\ude00\" , \"\\\\ud83d\" ]"), 0,
		    "[\"a\\ufffd b\\ud83d\\ude00\",\"\\\\ud83d\"]" },
		{ T("{ \"\\udc00\" : \"\\uDFFF\\n\" }"), 0, "{\"\\ufffd\":\"\\ufffd\\n\"}" },
	};
	struct json j = JSON_INIT;
	struct buf b = { 0 };

	for (size_t i = 0; i < COUNT(cases); i++) {
		must_read(&j, cases[i].text);
		buf_reset(&b);
		json_compact(&b, &j, cases[i].node);
		cr_expect(str_eq(buf_view(&b), str_c(cases[i].want)), "got %.*s, want %s",
		    STR_ARG(buf_view(&b)), cases[i].want);
	}
	buf_release(&b);
	json_release(&j);
}

Test(json_text, a_byte_has_its_line_and_column)
{
	static const struct {
		const char *text;
		size_t at;
		unsigned line, column;
	} cases[] = {
		{ "", 0, 1, 1 },
		{ "abc", 0, 1, 1 },
		{ "abc", 2, 1, 3 },
		{ "abc", 3, 1, 4 },
		{ "abc", 9, 1, 4 },
		{ "a\nb", 1, 1, 2 },
		{ "a\nb", 2, 2, 1 },
		{ "a\r\nb", 3, 2, 1 },
		{ "\n\n\n", 3, 4, 1 },
		{ "\xc3\xa9x", 2, 1, 3 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned line, column;

		json_place(str_c(cases[i].text), cases[i].at, &line, &column);
		cr_expect(line == cases[i].line && column == cases[i].column, "row %zu: %u:%u", i,
		    line, column);
	}
}
