/* Goal: the records of a page are found where docs/readings.md, "Pages", says
 * they lie, damage is refused at its byte, and every way of reading blocks
 * gives the same, which is what a reader byte by byte gives. */
#include "json/split.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "json/exact.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CUT "the page ends before its brackets close"
#define CUT_STRING "the page ends inside a string"

static const char *const orders[] = { "orders", "data", NULL };

/* Records as "index:text|index:text|". */
static void
show(struct buf *b, const struct split *s, struct str text)
{
	buf_reset(b);
	for (size_t i = 0; i < s->n; i++) {
		const struct split_record *r = &s->records[i];

		buf_printf(b, "%u:", r->index);
		buf_add(b, text.p + r->at, r->len);
		buf_char(b, '|');
	}
}

static void
expect_shown(const struct split *s, struct str text, const char *want)
{
	struct buf b = { 0 };

	show(&b, s, text);
	cr_expect(str_eq(buf_view(&b), str_c(want)), "way %d: '%.*s' has '%.*s', want '%s'",
	    (int)s->way, STR_ARG(text), STR_ARG(buf_view(&b)), want);
	buf_release(&b);
}

static void
expect_records(struct str page, const char *want)
{
	struct str text = exact(page);

	for (int way = SIMD_BEST; way <= SIMD_AVX2; way++) {
		struct split s = { .way = (enum simd_way)way };
		struct err e = ERR_INIT;

		if (simd_reader(s.way) == NULL)
			continue;
		cr_expect_eq(split_page(&s, text, orders, "total", &e), 0, "way %d: '%.*s': %s",
		    way, STR_ARG(text), e.msg);
		expect_shown(&s, text, want);
		split_release(&s);
	}
	drop(text);
}

static void
expect_damage(struct str page, const char *msg, size_t at)
{
	struct str text = exact(page);

	for (int way = SIMD_BEST; way <= SIMD_AVX2; way++) {
		struct split s = { .way = (enum simd_way)way };
		struct err e = ERR_INIT;

		if (simd_reader(s.way) == NULL)
			continue;
		cr_expect_eq(split_page(&s, text, orders, "total", &e), -1,
		    "way %d: '%.*s' is no damage", way, STR_ARG(text));
		cr_expect_eq(e.kind, ERR_DAMAGED);
		cr_expect_str_eq(e.msg, msg, "'%.*s'", STR_ARG(text));
		cr_expect_eq(
		    e.at, at, "'%.*s': byte %zu, want %zu", STR_ARG(text), (size_t)e.at, at);
		cr_expect_eq(s.n, 0, "records of a damaged page");
		split_release(&s);
	}
	drop(text);
}

Test(scan, records_lie_where_the_readings_say)
{
	static const struct {
		const char *page, *want;
	} cases[] = {
		/* a bare array */
		{ "[]", "" },
		{ " [ \t\r\n] ", "" },
		{ "[1]", "0:1|" },
		{ "[{\"a\":[1,2]},{\"b\":{}}]", "0:{\"a\":[1,2]}|1:{\"b\":{}}|" },
		{ "[ 1 , [2,3] ,\"a,b]\" ]", "0:1|1:[2,3]|2:\"a,b]\"|" },
		/* null is left out but counted; only as it stands alone */
		{ "[null,1,null , null,2]", "1:1|4:2|" },
		{ "[ null ]", "" },
		{ "[nul,nulll,\"null\",NULL]", "0:nul|1:nulll|2:\"null\"|3:NULL|" },
		/* whatever lies between two commas is a record */
		{ "[,]", "0:|1:|" },
		{ "[1,,2]", "0:1|1:|2:2|" },
		{ "[1,]", "0:1|1:|" },
		{ "[ , 1]", "0:|1:1|" },
		{ "[{}{}]", "0:{}{}|" },
		{ "[{}:{} x,\"a\"\"b\"]", "0:{}:{} x|1:\"a\"\"b\"|" },
		{ "[{\"id\" 1},{,}]", "0:{\"id\" 1}|1:{,}|" },
		/* a backslash hides a byte inside strings only */
		{ "[\"\\\"]\",\"\\\\\",2]", "0:\"\\\"]\"|1:\"\\\\\"|2:2|" },
		{ "[\\\"a,]\",1]", "0:\\\"a,]\"|1:1|" },
		{ "[\\\\,\\]", "0:\\\\|1:\\|" },
		/* envelopes */
		{ "{\"orders\":[1,2]}", "0:1|1:2|" },
		{ "{\"data\":[1,2]}", "0:1|1:2|" },
		{ "{\"status\":200,\"data\":[1],\"x\":{\"orders\":[9]}}", "0:1|" },
		{ "{\"orders\":[1],\"data\":[2]}", "0:1|" },
		{ "{\"data\":[2,3],\"orders\":[1]}", "0:1|" },
		{ "{\"data\":[2],\"orders\":null}", "" },
		{ "{\"data\":[2],\"orders\":[]}", "" },
		{ "{\"orders\":null}", "" },
		{ "{\"orders\": null ,\"total\":0}", "" },
		{ "{\"orders\":{\"id\":1}}", "0:{\"id\":1}|" },
		{ "{\"orders\":5}", "0:5|" },
		{ "{\"orders\":5 6 ,\"a\":1}", "0:5 6|" },
		{ "{\"orders\":\"a}\"}", "0:\"a}\"|" },
		{ "{\"orders\":[[1,2]]}", "0:[1,2]|" },
		{ "{ \"orders\" : [ 1 ] , \"a\" : \"x\" }", "0:1|" },
		/* a name that occurs twice */
		{ "{\"orders\":[1,2],\"orders\":[3]}", "0:1|1:2|2:3|" },
		{ "{\"data\":[1],\"x\":1,\"data\":2}", "0:1|1:2|" },
		{ "{\"orders\":[null],\"orders\":[],\"orders\":[,],"
		  "\"orders\":null,\"orders\":{}}",
		    "1:|2:|3:{}|" },
		{ "{\"data\":[7],\"orders\":[1],\"data\":[8],"
		  "\"orders\":[2]}",
		    "0:1|1:2|" },
		/* names are compared decoded and whole */
		{ "{\"\\u006frders\":[1]}", "0:1|" },
		{ "{\"d\\u0061ta\":[1],\"\\u006Frders\":[2]}", "0:2|" },
		{ "{\"Orders\":1}", "0:{\"Orders\":1}|" },
		{ "{\"orders \":1}", "0:{\"orders \":1}|" },
		{ "{\"order\":1,\"ordersx\":2}", "0:{\"order\":1,\"ordersx\":2}|" },
		{ "{\"\\orders\":1}", "0:{\"\\orders\":1}|" },
		/* no such member */
		{ "{}", "0:{}|" },
		{ " { } ", "0:{ }|" },
		{ "{\"id\":\"a\",\"x\":[{\"orders\":[]}]} ",
		    "0:{\"id\":\"a\",\"x\":[{\"orders\":[]}]}|" },
		{ "{\"total\":0}", "" },
		{ "{\"t\\u006ftal\":null}", "" },
		{ "{\"x\":{\"total\":1}}", "0:{\"x\":{\"total\":1}}|" },
		{ "{\"error\":[\"Unauthorized\"],\"status\":401}",
		    "0:{\"error\":[\"Unauthorized\"],\"status\":401}|" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		expect_records(str_c(cases[i].page), cases[i].want);
}

Test(scan, damage_is_refused_at_its_byte)
{
	static const struct {
		const char *page, *msg;
		size_t at;
	} cases[] = {
		{ "", "no JSON container", 0 },
		{ "  \n", "no JSON container", 3 },
		{ "null", "no JSON container", 0 },
		{ " \"a\"", "no JSON container", 1 },
		{ "<html>", "no JSON container", 0 },
		{ "\xef\xbb\xbf[]", "no JSON container", 0 },
		{ "]", "no JSON container", 0 },
		{ "[] []", "bytes after the end", 3 },
		{ "[]]", "bytes after the end", 2 },
		{ "{},", "bytes after the end", 2 },
		{ "[", CUT, 1 },
		{ "[1,", CUT, 3 },
		{ "[{]", "']' closes the '{' of byte 1", 2 },
		{ "[[1}", "'}' closes the '[' of byte 1", 3 },
		{ "[1}", "'}' closes the '[' of byte 0", 2 },
		{ "[{\"[\":[]},{\"a\":\"{\\\"\"]", "']' closes the '{' of byte 10", 20 },
		{ "{\"a\":[}", "'}' closes the '[' of byte 5", 6 },
		{ "[\"a]", CUT_STRING, 4 },
		{ "[\"a\\\"]", CUT_STRING, 6 },
		{ "[\"a\\", CUT_STRING, 4 },
		{ "[\\\"]", CUT_STRING, 4 },
		{ "{", CUT, 1 },
		{ "{ ", CUT, 2 },
		{ "{\"a", CUT_STRING, 3 },
		{ "{\"a\\", CUT_STRING, 4 },
		{ "{\"a\"", CUT, 4 },
		{ "{\"a\":", CUT, 5 },
		{ "{\"a\":1", CUT, 6 },
		{ "{\"a\":1,", CUT, 7 },
		{ "{\"a\":\"x", CUT_STRING, 7 },
		{ "{\"a\":\"x\\\"", CUT_STRING, 9 },
		{ "{\"a\":[", CUT, 6 },
		{ "{\"orders\":[1,2", CUT, 14 },
		{ "{,}", "no name in quotes", 1 },
		{ "{1:2}", "no name in quotes", 1 },
		{ "{\"a\":1,}", "no name in quotes", 7 },
		{ "{\"a\":1,,\"b\":2}", "no name in quotes", 7 },
		{ "{\"a\"}", "no ':' after a name", 4 },
		{ "{\"a\" 1}", "no ':' after a name", 5 },
		{ "{\"a\",\"b\":1}", "no ':' after a name", 4 },
		{ "{\"a\":}", "no value after a name", 5 },
		{ "{\"a\": ,\"b\":1}", "no value after a name", 6 },
		{ "{\"a\"::1}", "no value after a name", 5 },
		{ "{\"a\":1 \"b\":2}", "no ',' or '}' after a value", 7 },
		{ "{\"a\":[] x}", "no ',' or '}' after a value", 8 },
		{ "{\"a\":\"b\"\"c\"}", "no ',' or '}' after a value", 8 },
		{ "{\"a\":1:2}", "no ',' or '}' after a value", 6 },
		{ "{\"a\":1]", "no ',' or '}' after a value", 6 },
		{ "{\"orders\":[1],\"data\":[2}}", "'}' closes the '[' of byte 21", 23 },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		expect_damage(str_c(cases[i].page), cases[i].msg, cases[i].at);
}

Test(scan, members_and_mark_are_the_callers)
{
	static const char *const none[] = { NULL };
	static const char *const customer[] = { "customer", "data", NULL };
	struct str page = STR("{\"total\":0,\"customer\":{\"id\":1}}");
	struct split s = { 0 };
	struct err e = ERR_INIT;

	cr_assert_eq(split_page(&s, page, none, NULL, &e), 0, "%s", e.msg);
	cr_expect(s.n == 1 && s.records[0].len == page.n);
	cr_assert_eq(split_page(&s, page, none, "total", &e), 0, "%s", e.msg);
	cr_expect_eq(s.n, 0);
	cr_assert_eq(split_page(&s, page, customer, NULL, &e), 0, "%s", e.msg);
	cr_expect(s.n == 1 && s.records[0].at == 22);
	split_release(&s);
}

Test(scan, a_scan_is_reused)
{
	struct split s = { 0 };
	struct err e = ERR_INIT;

	cr_assert_eq(split_page(&s, STR("[1,2,3]"), orders, NULL, &e), 0);
	cr_expect_eq(s.n, 3);
	cr_assert_eq(split_page(&s, STR("[1,2,3"), orders, NULL, &e), -1);
	cr_expect_eq(s.n, 0);
	cr_assert_eq(split_page(&s, STR("[4]"), orders, NULL, &e), 0);
	cr_expect(s.n == 1 && s.records[0].index == 0);
	split_release(&s);
	cr_expect(s.records == NULL && s.walk.stack == NULL && s.n == 0);
}

Test(scan, a_page_of_many_records_grows_the_list)
{
	struct buf b = { 0 };
	struct split s = { 0 };
	struct err e = ERR_INIT;

	buf_z(&b, "{\"data\":[0");
	for (size_t i = 1; i < 100000; i++)
		buf_z(&b, i % 3 == 0 ? ",null" : ",{\"id\":\"a\"}");
	buf_z(&b, "]}");
	cr_assert_eq(split_page(&s, buf_view(&b), orders, NULL, &e), 0);

	cr_expect_eq(s.n, 66667, "%zu records", s.n);
	cr_expect_eq(s.records[s.n - 1].index, 99998);
	split_release(&s);
	buf_release(&b);
}

static void
repeat(struct buf *b, const char *z, size_t n)
{
	while (n-- > 0)
		buf_z(b, z);
}

/* A list of n empty places: n - 1 commas. */
static int
scan_commas(struct split *s, size_t n, struct err *e)
{
	char *p = malloc(n + 1);
	int rc;

	cr_assert(p != NULL);
	memset(p, ',', n + 1);
	p[0] = '[';
	p[n] = ']';
	rc = split_page(s, str_of(p, n + 1), orders, "total", e);
	free(p);
	return rc;
}

Test(scan, a_page_lists_so_many_records_and_no_more)
{
	struct split s = { 0 };
	struct err e = ERR_INIT;

	cr_expect_eq(scan_commas(&s, SPLIT_RECORDS, &e), 0, "%s", e.msg);
	cr_expect_eq(s.n, SPLIT_RECORDS);
	cr_expect_eq(scan_commas(&s, SPLIT_RECORDS + 1, &e), -1);
	cr_expect_eq(e.kind, ERR_DAMAGED);
	cr_expect_eq(e.at, SPLIT_RECORDS, "%llu", (unsigned long long)e.at);
	split_release(&s);
}

Test(scan, no_depth_is_too_much)
{
	static const size_t depths[] = { 1, 2, 63, 64, 65, 66, 127, 128, 129, 130, 1000, 3000000 };
	struct buf b = { 0 };
	struct buf want = { 0 };

	for (size_t i = 0; i < COUNT(depths); i++) {
		size_t n = depths[i];

		buf_reset(&b);
		repeat(&b, "[", n);
		if (n <= 1000)
			expect_damage(buf_view(&b), CUT, n);
		repeat(&b, "]", n);
		buf_reset(&want);
		if (n > 1) {
			buf_z(&want, "0:");
			buf_add(&want, b.p + 1, 2 * n - 2);
			buf_char(&want, '|');
		}
		buf_char(&want, '\0');
		expect_records(buf_view(&b), want.p);
	}
	buf_release(&b);
	buf_release(&want);
}

Test(scan, kinds_of_brackets_are_kept_at_every_depth)
{
	struct buf b = { 0 };
	char msg[64];

	for (size_t n = 1; n < 200; n++) {
		buf_reset(&b);
		buf_char(&b, '[');
		repeat(&b, "[{", n);
		repeat(&b, "}]", n / 2);
		buf_char(&b, ']');
		snprintf(msg, sizeof(msg), "']' closes the '{' of byte %zu", 2 * (n - n / 2));
		expect_damage(buf_view(&b), msg, b.n - 1);
	}
	buf_release(&b);
}

Test(scan, a_page_of_nothing_but_open_brackets_is_only_cut, .timeout = 20)
{
	struct buf b = { 0 };
	struct split s = { 0 };
	struct err e = ERR_INIT;

	repeat(&b, "[", 60000000);

	cr_expect_eq(split_page(&s, buf_view(&b), orders, NULL, &e), -1);
	cr_expect_str_eq(e.msg, CUT);
	cr_expect_eq(e.at, 60000000);
	split_release(&s);
	buf_release(&b);
}

/* What straddles the end of a block must not be lost: slide it over one. */
Test(scan, nothing_depends_on_where_a_block_ends)
{
	static const char tail[] =
	    "\"\\\\\\\"],[\\\\\",{\"a\":\"\\\"}\"},null, \"\\u005c\\\\\",2 ]";
	struct buf b = { 0 };
	struct buf want = { 0 };

	for (size_t n = 0; n < 200; n++) {
		buf_reset(&b);
		buf_reset(&want);
		buf_char(&b, '[');
		repeat(&b, "7", n);
		buf_z(&want, "0:");
		repeat(&want, "7", n);
		buf_z(&b, tail);
		buf_z(&want, "\"\\\\\\\"],[\\\\\"|1:{\"a\":\"\\\"}\"}|"
		             "3:\"\\u005c\\\\\"|4:2|");
		buf_char(&want, '\0');
		expect_records(buf_view(&b), want.p);
		expect_damage(str_of(b.p, b.n - 1), CUT, b.n - 1);
	}
	buf_release(&b);
	buf_release(&want);
}

Test(scan, runs_of_backslashes_of_every_length_are_counted)
{
	struct buf b = { 0 };

	for (size_t before = 0; before < 70; before++)
		for (size_t n = 0; n < 140; n += before % 7 + 1) {
			buf_reset(&b);
			buf_char(&b, '[');
			repeat(&b, " ", before);
			buf_char(&b, '"');
			repeat(&b, "\\", n);
			buf_z(&b, "\"]");
			if (n % 2 == 0) {
				struct buf want = { 0 };

				buf_z(&want, "0:");
				buf_add(&want, b.p + 1 + before, n + 2);
				buf_z(&want, "|");
				buf_char(&want, '\0');
				expect_records(buf_view(&b), want.p);
				buf_release(&want);
			} else {
				expect_damage(buf_view(&b), CUT_STRING, b.n);
			}
		}
	buf_release(&b);
}

/* Of a list that begins with element 7. */
static void
expect_part(struct str part, const char *want)
{
	struct str text = exact(part);

	for (int way = SIMD_BEST; way <= SIMD_AVX2; way++) {
		struct split s = { .way = (enum simd_way)way };

		if (simd_reader(s.way) == NULL)
			continue;
		split_part(&s, text, 7);
		expect_shown(&s, text, want);
		split_release(&s);
	}
	drop(text);
}

Test(split, a_piece_of_a_list_has_the_records_that_end_in_it)
{
	expect_part(STR("[{\"a\":1},{\"b\":[2,3]} ,\n"), "7:{\"a\":1}|8:{\"b\":[2,3]}|");
	expect_part(STR("[1,null,2]"), "7:1|9:2|");
	expect_part(STR("[1,2],\"data\":[3]}"), "7:1|8:2|");
	expect_part(STR("[1,{\"cut\":"), "7:1|");
	expect_part(STR("[1,\"cut,"), "7:1|");
	expect_part(STR("[1,2}"), "7:1|");
	expect_part(STR("[1"), "");
	expect_part(STR("["), "");
	expect_part(STR("[]"), "");
}

Test(split, a_record_is_found_by_its_position)
{
	struct split s = { .n = 0 };
	struct err e = ERR_INIT;

	cr_expect(split_find(&s, 0) == NULL);
	cr_assert(split_page(&s, STR("[null,1,null,2]"), orders, NULL, &e) == 0);
	cr_expect(split_find(&s, 0) == NULL && split_find(&s, 2) == NULL);
	cr_expect(split_find(&s, 4) == NULL);
	cr_assert(split_find(&s, 1) != NULL && split_find(&s, 3) != NULL);
	cr_expect(split_find(&s, 1)->at == 6 && split_find(&s, 3)->at == 13);
	split_release(&s);
}
