/* Goal: the changes between two versions are exactly the deepest places that
 * differ in meaning, sorted, with both sides as they stand in the text. */
#include "record/compare.h"

#include <criterion/criterion.h>

#include "base/arena.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
must_read(struct json *j, struct str text)
{
	struct json_fault f;

	cr_assert(json_read(j, text, &f), "'%.*s': %s at %zu", STR_ARG(text), f.what, f.at);
}

/* The "changes" array of two texts, in b. */
static void
put_changes(struct buf *b, struct str before, struct str after)
{
	struct json x = JSON_INIT, y = JSON_INIT;
	struct arena a = { 0 };
	struct change *list;
	size_t n;

	must_read(&x, before);
	must_read(&y, after);
	list = compare_list(&a, &x, &y, &n);
	buf_reset(b);
	compare_write(b, list, n, &x, &y);
	arena_release(&a);
	json_release(&x);
	json_release(&y);
}

static void
expect_changes(const char *before, const char *after, const char *want)
{
	struct buf b = { 0 };

	put_changes(&b, str_c(before), str_c(after));
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%s -> %s\n gives %.*s\n  want %s", before,
	    after, STR_ARG(buf_view(&b)), want);
	buf_release(&b);
}

Test(compare, what_means_the_same_is_no_change)
{
	static const struct {
		const char *before, *after;
	} cases[] = {
		{ "{}", " { } " },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}" },
		{ "{\"a\":1}", "{\"a\":1.0}" },
		{ "{\"a\":100}", "{\"a\":1e2}" },
		{ "{\"a\":-0}", "{\"a\":0.0}" },
		{ "{\"a\":1E400}", "{\"a\":10e399}" },
		{ "{\"a\":\"x/\"}", "{\"a\":\"\\u0078\\/\"}" },
		{ "{\"\\u0061\":[1,{\"b\":null}]}", "{\"a\" : [ 1.0, { \"b\" : null } ] }" },
		{ "{\"a\":1,\"b\":{\"c\":1,\"d\":[]},\"e\":2}",
		    "{\"e\":2,\"b\":{\"d\":[],\"c\":1},\"a\":1}" },
		{ "[true,false]", "[ true , false ]" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		expect_changes(cases[i].before, cases[i].after, "[]");
		expect_changes(cases[i].after, cases[i].before, "[]");
		expect_changes(cases[i].before, cases[i].before, "[]");
	}
}

Test(compare, the_deepest_places_that_differ_are_named)
{
	static const struct {
		const char *before, *after, *want;
	} cases[] = {
		{ "{\"voided\":false}", "{\"voided\":true}",
		    "[{\"path\":\"/voided\",\"before\":false,"
		    "\"after\":true}]" },
		{ "{\"a\":1.50}", "{\"a\": 1.5e1}",
		    "[{\"path\":\"/a\",\"before\":1.50,\"after\":1.5e1}]" },
		{ "{\"a\":9007199254740993}", "{\"a\":9007199254740992}",
		    "[{\"path\":\"/a\",\"before\":9007199254740993,"
		    "\"after\":9007199254740992}]" },
		{ "{\"t\":{\"a\":1,\"b\":2}}", "{\"t\":{\"b\":3,\"a\":1}}",
		    "[{\"path\":\"/t/b\",\"before\":2,\"after\":3}]" },
		/* one side only: given whole */
		{ "{}", "{\"a\":{\"b\": [1, 2]}}", "[{\"path\":\"/a\",\"after\":{\"b\":[1,2]}}]" },
		{ "{\"a\":[ ],\"b\":1}", "{\"b\":1}", "[{\"path\":\"/a\",\"before\":[]}]" },
		{ "{\"a\":1}", "{\"b\":1}",
		    "[{\"path\":\"/a\",\"before\":1},"
		    "{\"path\":\"/b\",\"after\":1}]" },
		/* null and missing differ, and so do null and empty */
		{ "{\"a\":null}", "{}", "[{\"path\":\"/a\",\"before\":null}]" },
		{ "{\"a\":null}", "{\"a\":\"\"}",
		    "[{\"path\":\"/a\",\"before\":null,\"after\":\"\"}]" },
		{ "{\"a\":1}", "{\"a\":\"1\"}",
		    "[{\"path\":\"/a\",\"before\":1,\"after\":\"1\"}]" },
		/* another kind of container: given whole */
		{ "{\"a\":{\"x\":1}}", "{\"a\":[{\"x\":1}]}",
		    "[{\"path\":\"/a\",\"before\":{\"x\":1},"
		    "\"after\":[{\"x\":1}]}]" },
		{ "{\"a\":1}", "[1]", "[{\"path\":\"\",\"before\":{\"a\":1},\"after\":[1]}]" },
		/* arrays by position */
		{ "{\"a\":[1,2,3]}", "{\"a\":[1,3]}",
		    "[{\"path\":\"/a/1\",\"before\":2,\"after\":3},"
		    "{\"path\":\"/a/2\",\"before\":3}]" },
		{ "{\"a\":[]}", "{\"a\":[{\"b\":1},null]}",
		    "[{\"path\":\"/a/0\",\"after\":{\"b\":1}},"
		    "{\"path\":\"/a/1\",\"after\":null}]" },
		{ "[[1],[2]]", "[[1],[2,3]]", "[{\"path\":\"/1/1\",\"after\":3}]" },
		/* sorted by path bytes, not by number or place */
		{ "[0,0,0,0,0,0,0,0,0,0,0]", "[1,0,1,0,0,0,0,0,0,0,1]",
		    "[{\"path\":\"/0\",\"before\":0,\"after\":1},"
		    "{\"path\":\"/10\",\"before\":0,\"after\":1},"
		    "{\"path\":\"/2\",\"before\":0,\"after\":1}]" },
		{ "{\"b\":1,\"a\":{\"z\":1},\"a!\":1}", "{}",
		    "[{\"path\":\"/a\",\"before\":{\"z\":1}},"
		    "{\"path\":\"/a!\",\"before\":1},"
		    "{\"path\":\"/b\",\"before\":1}]" },
		{ "{\"a\":{\"z\":1},\"a!\":1}", "{\"a\":{\"z\":2},\"a!\":2}",
		    "[{\"path\":\"/a!\",\"before\":1,\"after\":2},"
		    "{\"path\":\"/a/z\",\"before\":1,\"after\":2}]" },
		/* names: decoded, with the pointer's and JSON's escapes */
		{ "{\"a/b~c\":1,\"\":1}", "{}",
		    "[{\"path\":\"/\",\"before\":1},"
		    "{\"path\":\"/a~1b~0c\",\"before\":1}]" },
		{ "{\"\\u0061\\\"\\n\\u00e9\":\"\\u0041\"}", "{}",
		    "[{\"path\":\"/a\\\"\\n\xc3\xa9\","
		    "\"before\":\"\\u0041\"}]" },
		{ "{\"a\\u0000b\":1}", "{\"a\\u0000b\":2}",
		    "[{\"path\":\"/a\\u0000b\",\"before\":1,\"after\":2}]" },
		/* the same name spelled in two ways is one member */
		{ "{\"a\":1,\"b\":1}", "{\"\\u0062\":2,\"\\u0061\":1}",
		    "[{\"path\":\"/b\",\"before\":1,\"after\":2}]" },
		/* a few agree in order, the rest does not */
		{ "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5}",
		    "{\"a\":0,\"b\":2,\"e\":5,\"x\":6,\"c\":0}",
		    "[{\"path\":\"/a\",\"before\":1,\"after\":0},"
		    "{\"path\":\"/c\",\"before\":3,\"after\":0},"
		    "{\"path\":\"/d\",\"before\":4},"
		    "{\"path\":\"/x\",\"after\":6}]" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		expect_changes(cases[i].before, cases[i].after, cases[i].want);
}

Test(compare, sixty_four_levels_are_compared)
{
	struct buf x = { 0 }, y = { 0 }, got = { 0 }, want = { 0 };

	for (int i = 0; i < 64; i++) {
		buf_char(&x, '[');
		buf_char(&y, '[');
		buf_z(&want, i == 0 ? "[{\"path\":\"" : "");
		buf_z(&want, "/0");
	}
	buf_char(&x, '1');
	buf_char(&y, '2');
	for (int i = 0; i < 64; i++) {
		buf_char(&x, ']');
		buf_char(&y, ']');
	}
	buf_z(&want, "\",\"before\":1,\"after\":2}]");
	put_changes(&got, buf_view(&x), buf_view(&y));

	cr_expect(str_eq(buf_view(&got), buf_view(&want)), "%.*s", STR_ARG(buf_view(&got)));
	buf_release(&x);
	buf_release(&y);
	buf_release(&got);
	buf_release(&want);
}

/* n members, the last first if backwards; every value is v. */
static void
put_object(struct buf *b, size_t n, bool backwards, int v)
{
	buf_reset(b);
	buf_char(b, '{');
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%s\"k%06zu\":%d", i > 0 ? "," : "", backwards ? n - 1 - i : i, v);
	buf_char(b, '}');
}

Test(compare, a_hundred_thousand_members_take_no_quadratic_time, .timeout = 20)
{
	struct buf x = { 0 }, y = { 0 };
	struct json before = JSON_INIT, after = JSON_INIT;
	struct arena a = { 0 };
	struct change *list;
	size_t n;

	put_object(&x, 100000, false, 1);
	must_read(&before, buf_view(&x));
	put_object(&y, 100000, true, 1);
	must_read(&after, buf_view(&y));
	compare_list(&a, &before, &after, &n);
	cr_expect_eq(n, 0, "%zu changes where only the order differs", n);

	put_object(&y, 100000, true, 2);
	must_read(&after, buf_view(&y));
	list = compare_list(&a, &before, &after, &n);
	cr_assert_eq(n, 100000);
	for (size_t i = 1; i < n; i++)
		cr_assert(str_cmp(list[i - 1].path, list[i].path) < 0);
	arena_release(&a);
	json_release(&before);
	json_release(&after);
	buf_release(&x);
	buf_release(&y);
}

static uint32_t
draw(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static void
put_value(struct buf *b, uint32_t *seed, unsigned depth)
{
	static const char *const scalars[] = { "1", "1.0", "2", "\"a\"", "\"\\u0061\"", "\"b\"",
		"null", "true", "false", "[]", "{}" };
	static const char *const names[] = { "a", "b", "c", "d/", "e~", "" };
	uint32_t kind = depth == 0 ? 2 : draw(seed) % 3;

	if (kind == 2) {
		buf_z(b, scalars[draw(seed) % COUNT(scalars)]);
		return;
	}
	buf_char(b, kind == 0 ? '[' : '{');
	for (size_t i = 0, n = 0; i < COUNT(names); i++) {
		if (draw(seed) % 2 == 0)
			continue;
		if (n++ > 0)
			buf_char(b, ',');
		if (kind == 1)
			buf_printf(b, "\"%s\":", names[i]);
		put_value(b, seed, depth - 1);
	}
	buf_char(b, kind == 0 ? ']' : '}');
}

Test(compare, looking_from_the_other_side_swaps_before_and_after)
{
	struct buf x = { 0 }, y = { 0 };
	struct json before = JSON_INIT, after = JSON_INIT;
	struct arena a = { 0 };
	uint32_t seed = 11;
	size_t differ = 0;

	for (int round = 0; round < 20000; round++) {
		struct change *there, *back;
		size_t n, m;

		buf_reset(&x);
		buf_reset(&y);
		put_value(&x, &seed, 3);
		put_value(&y, &seed, 3);
		must_read(&before, buf_view(&x));
		must_read(&after, buf_view(&y));
		there = compare_list(&a, &before, &after, &n);
		back = compare_list(&a, &after, &before, &m);
		cr_assert_eq(n, m);
		differ += n > 0;
		for (size_t i = 0; i < n; i++)
			cr_assert(str_eq(there[i].path, back[i].path) &&
			              there[i].before == back[i].after &&
			              there[i].after == back[i].before,
			    "%.*s -> %.*s", STR_ARG(buf_view(&x)), STR_ARG(buf_view(&y)));
		arena_reset(&a);
	}
	cr_expect_gt(differ, 10000);
	arena_release(&a);
	json_release(&before);
	json_release(&after);
	buf_release(&x);
	buf_release(&y);
}
