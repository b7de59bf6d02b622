/* Goal: a walk stops at the commas of its own level and at the bracket that
 * closes it, nowhere else, as a reader byte by byte would, whichever way blocks
 * are read; and it serves again after success and failure. */
#include "json/skip.h"

#include <criterion/criterion.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The stops of a walk as text: "3,5]" for a comma at 3 and the end at 5, "7!"
 * for damage at 7. */
static void
put_stops(struct buf *b, struct skip_walk *w)
{
	struct err e = ERR_INIT;
	int rc;

	buf_reset(b);
	do {
		rc = skip_next(w, &e);
		if (rc < 0)
			buf_printf(b, "%zu!", (size_t)e.at);
		else
			buf_printf(b, "%zu%c", w->at, w->text.p[w->at]);
	} while (rc > 0);
}

static void
expect_stops(struct skip_walk *w, const char *text, size_t from, bool is_list, const char *want)
{
	struct buf b = { 0 };

	skip_start(w, str_c(text), from, is_list, SIMD_BEST);
	put_stops(&b, w);
	cr_expect(str_eq(buf_view(&b), str_c(want)), "'%s' from %zu: %.*s, want %s", text, from,
	    STR_ARG(buf_view(&b)), want);
	buf_release(&b);
}

Test(bracket, a_walk_ends_where_its_bracket_closes)
{
	struct skip_walk w = { 0 };

	expect_stops(&w, "[]", 0, true, "1]");
	expect_stops(&w, "[1,[2,3],{\"a\":1,\"b\":2},\",\"]", 0, true, "2,8,22,26]");
	expect_stops(&w, "[1,[2,3],4]", 0, false, "10]");
	expect_stops(&w, "{\"a\":1,\"b\":[]}", 0, true, "6,13}");
	expect_stops(&w, "[1,2],[3,4]", 6, true, "8,10]");
	expect_stops(&w, "\"[\",[\"]\",1]]", 4, true, "8,10]");
	skip_release(&w);
}

Test(bracket, a_walk_that_failed_leaves_nothing_behind)
{
	static const char *const broken[] = { "[\"", "[\"\\", "[[[[", "[{]", "[1,2,\"a" };
	struct skip_walk w = { 0 };

	for (size_t i = 0; i < COUNT(broken); i++) {
		struct err e = ERR_INIT;

		skip_start(&w, str_c(broken[i]), 0, false, SIMD_BEST);
		cr_expect_eq(skip_next(&w, &e), -1, "%s", broken[i]);
		cr_expect_eq(e.kind, ERR_DAMAGED);
		expect_stops(&w, "[\"a\",{}]", 0, true, "4,7]");
	}
	expect_stops(&w, "[1,[}", 0, true, "2,4!");
	skip_release(&w);
	cr_expect_eq(w.stack, NULL);
}

/* What put_stops should give for a list, read byte by byte. */
static void
put_plain_stops(struct buf *b, struct str text)
{
	char closers[4096];
	size_t depth = 0;
	bool inside = false, hidden = false;

	buf_reset(b);
	for (size_t at = 0; at < text.n; at++) {
		char c = text.p[at];

		if (inside) {
			inside = hidden || c != '"';
			hidden = !hidden && c == '\\';
		} else if (c == '"') {
			inside = true;
		} else if (c == '[' || c == '{') {
			cr_assert(depth < sizeof(closers));
			closers[depth++] = c == '[' ? ']' : '}';
		} else if (c == ']' || c == '}') {
			if (c != closers[--depth]) {
				buf_printf(b, "%zu!", at);
				return;
			}
			if (depth == 0) {
				buf_printf(b, "%zu%c", at, c);
				return;
			}
		} else if (c == ',' && depth == 1) {
			buf_printf(b, "%zu,", at);
		}
	}
	buf_printf(b, "%zu!", text.n);
}

static uint32_t
draw(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

/* Random marks; every other time only such as keep a page sound. */
static void
put_noise(struct buf *b, uint32_t *seed)
{
	static const char *const parts[] = { ",", "1", "\"a\"", "[]", "{}", "{\"a\":[1,2]}",
		"\"\\\"\"", "              ", "\"]\"", "\\", "\"", "[", "]", "{", "}",
		"\"\\\\\\\"" };
	size_t n = draw(seed) % 60;
	size_t kinds = draw(seed) % 2 == 0 ? COUNT(parts) : 9;

	buf_reset(b);
	buf_char(b, '[');
	for (size_t i = 0; i < n; i++)
		buf_z(b, parts[draw(seed) % kinds]);
	if (draw(seed) % 4 > 0)
		buf_char(b, ']');
}

Test(bracket, noise_is_walked_as_a_reader_byte_by_byte_walks_it)
{
	struct skip_walk w = { 0 };
	struct buf noise = { 0 }, got = { 0 }, want = { 0 };
	uint32_t seed = 7;
	size_t sound = 0;

	for (int round = 0; round < 100000; round++) {
		put_noise(&noise, &seed);
		put_plain_stops(&want, buf_view(&noise));
		sound += want.p[want.n - 1] == ']';
		for (int way = SIMD_PLAIN; way <= SIMD_AVX2; way++) {
			if (simd_reader((enum simd_way)way) == NULL)
				continue;
			skip_start(&w, buf_view(&noise), 0, true, (enum simd_way)way);
			put_stops(&got, &w);
			cr_assert(str_eq(buf_view(&got), buf_view(&want)),
			    "way %d: '%.*s': %.*s, want %.*s", way, STR_ARG(buf_view(&noise)),
			    STR_ARG(buf_view(&got)), STR_ARG(buf_view(&want)));
		}
	}
	cr_expect(sound > 30000 && sound < 70000, "%zu are sound", sound);
	skip_release(&w);
	buf_release(&noise);
	buf_release(&got);
	buf_release(&want);
}
