/* Goal: JSON comes out valid, in order, exact to the last digit and byte. */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "json/read.h"
#include "lib/json_writer.h"

static void
expect_line(struct doc *d, const char *want)
{
	struct buf b = { 0 };

	doc_print_line(d, &b);
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%.*s instead of %s", STR_ARG(b), want);
	buf_release(&b);
	doc_free(d);
}

static struct doc *
sample(void)
{
	struct doc *d = doc_object();
	struct doc *pages, *page;

	doc_u64(d, "format", 1);
	doc_text(d, "tool", STR("flowstory"));
	pages = doc_in_array(d, "pages");
	page = doc_in_object(pages, NULL);
	doc_text(page, "path", STR("a.json.gz"));
	doc_in_object(page, "scope");
	page = doc_in_object(pages, NULL);
	doc_bool(page, "whole", true);
	return d;
}

Test(doc, an_object_keeps_the_order_of_its_members)
{
	expect_line(sample(), "{\"format\":1,\"tool\":\"flowstory\",\"pages\":[{\"path\":"
	                      "\"a.json.gz\",\"scope\":{}},{\"whole\":true}]}");
}

Test(doc, print_is_laid_out_as_the_header_says)
{
	struct doc *d = sample();
	struct buf b = { 0 };

	doc_print(d, &b);
	cr_expect(str_eq(buf_view(&b), STR("{\n"
	                                   "  \"format\": 1,\n"
	                                   "  \"tool\": \"flowstory\",\n"
	                                   "  \"pages\": [\n"
	                                   "    {\n"
	                                   "      \"path\": \"a.json.gz\",\n"
	                                   "      \"scope\": {}\n"
	                                   "    },\n"
	                                   "    {\n"
	                                   "      \"whole\": true\n"
	                                   "    }\n"
	                                   "  ]\n"
	                                   "}\n")),
	    "%.*s", STR_ARG(b));
	buf_release(&b);
	doc_free(d);
}

Test(doc, both_prints_append)
{
	struct doc *d = doc_array();
	struct buf b = { 0 };

	buf_z(&b, "x");
	doc_print_line(d, &b);
	doc_print(d, &b);
	cr_expect(str_eq(buf_view(&b), STR("x[][]\n")), "%.*s", STR_ARG(b));
	buf_release(&b);
	doc_free(d);
}

Test(doc, numbers_keep_all_their_digits)
{
	struct doc *d = doc_array();

	doc_u64(d, NULL, UINT64_MAX);
	doc_u64(d, NULL, UINT64_C(9007199254740993));
	doc_u64(d, NULL, 0);
	doc_i64(d, NULL, INT64_MIN);
	doc_i64(d, NULL, -1);
	doc_raw(d, NULL, STR("1.10"));
	expect_line(d, "[18446744073709551615,9007199254740993,0,"
	               "-9223372036854775808,-1,1.10]");
}

Test(doc, text_is_escaped_and_may_hold_nul)
{
	struct doc *d = doc_object();

	doc_text(d, "a", STR("x\0y"));
	doc_text(d, "b", STR("\"\\/\b\f\n\r\t\x01\x7f"));
	doc_text(d, "c", STR("Jos\xc3\xa9 \xf0\x9f\x8c\xbf"));
	doc_text(d, "d", STR(""));
	doc_text(d, "e", (struct str){ NULL, 0 });
	expect_line(d, "{\"a\":\"x\\u0000y\",\"b\":\"\\\"\\\\/\\b\\f\\n\\r\\t"
	               "\\u0001\\u007f\",\"c\":\"Jos\xc3\xa9 "
	               "\xf0\x9f\x8c\xbf\",\"d\":\"\",\"e\":\"\"}");
}

Test(doc, constants_and_raw_json_stand_as_they_are)
{
	struct doc *d = doc_object();

	doc_null(d, "n");
	doc_bool(d, "t", true);
	doc_bool(d, "f", false);
	doc_raw(d, "r", STR("{\"x\": [1 ,2]}"));
	expect_line(d, "{\"n\":null,\"t\":true,\"f\":false,"
	               "\"r\":{\"x\": [1 ,2]}}");
}

Test(doc, raw_json_ends_where_its_length_says)
{
	struct doc *d = doc_array();

	doc_raw(d, NULL, str_of("123456", 3));
	expect_line(d, "[123]");
}

Test(doc, a_large_table_is_printed_whole_and_valid)
{
	struct doc *d = doc_array();
	struct buf b = { 0 };
	struct json j = JSON_INIT;
	struct json_fault f = { 0 };

	for (uint64_t i = 0; i < 20000; i++) {
		struct doc *row = doc_in_object(d, NULL);

		doc_u64(row, "number", i);
		doc_text(row, "text", STR("\x1f \" \xe2\x82\xac"));
	}
	doc_print(d, &b);
	cr_assert(json_read(&j, buf_view(&b), &f), "%s at %zu", f.what, f.at);
	cr_expect(j.nodes[0].count == 20000, "%u rows", j.nodes[0].count);
	json_release(&j);
	buf_release(&b);
	doc_free(d);
}

Test(doc, nothing_to_free_is_fine)
{
	doc_free(NULL);
}

Test(doc, money_is_text_with_two_decimals)
{
	struct doc *d = doc_array();

	doc_money(d, NULL, 1250);
	doc_money(d, NULL, -5);
	doc_money(d, NULL, INT64_MIN);
	expect_line(d, "[\"12.50\",\"-0.05\",\"-92233720368547758.08\"]");
}

Test(doc, what_is_not_there_is_null)
{
	struct doc *d = doc_object();

	doc_text_or_null(d, "text", STR("a"));
	doc_text_or_null(d, "none", STR(""));
	doc_time_or_null(d, "time", 0);
	doc_time_or_null(d, "never", TIMESTAMP_NONE);
	expect_line(
	    d, "{\"text\":\"a\",\"none\":null,\"time\":\"1970-01-01T00:00:00Z\",\"never\":null}");
}
