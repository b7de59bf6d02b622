/* Goal: a buffer grows by any piece and writes numbers and JSON text exactly.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
expect_text(const struct buf *b, struct str want, const char *what)
{
	struct str got = buf_view(b);

	cr_expect(str_eq(got, want), "%s: '%.*s'", what, STR_ARG(got));
}

Test(buf, pieces_of_every_size_give_the_same_bytes)
{
	enum {
		TOTAL = 5000
	};
	char whole[TOTAL];

	for (size_t i = 0; i < TOTAL; i++)
		whole[i] = (char)(i * 7 % 256);
	for (size_t piece = 1; piece <= TOTAL; piece += 1 + piece / 3) {
		struct buf b = { 0 };

		for (size_t at = 0; at < TOTAL; at += piece)
			buf_add(&b, whole + at, TOTAL - at < piece ? TOTAL - at : piece);
		cr_expect(str_eq(buf_view(&b), str_of(whole, TOTAL)), "pieces of %zu", piece);
		buf_release(&b);
	}
}

Test(buf, nothing_added_allocates_nothing)
{
	struct buf b = { 0 };

	buf_add(&b, NULL, 0);
	buf_str(&b, str_of(NULL, 0));
	buf_z(&b, "");
	buf_reset(&b);

	cr_expect_null(b.p);
	buf_release(&b);
	buf_release(&b);
	cr_expect_eq(b.cap, 0u, "release is harmless on an empty one");
}

Test(buf, reserve_makes_room_for_what_was_asked)
{
	static const size_t sizes[] = { 1, 63, 64, 65, 1000, 100000 };

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct buf b = { 0 };

		buf_z(&b, "abc");
		buf_reserve(&b, sizes[i]);
		cr_expect_geq(b.cap - b.n, sizes[i], "%zu bytes", sizes[i]);
		expect_text(&b, STR("abc"), "the text stays");
		buf_release(&b);
	}
}

Test(buf, reset_keeps_the_memory)
{
	struct buf b = { 0 };
	char *p;

	buf_printf(&b, "%1000s", "x");
	p = b.p;
	buf_reset(&b);
	buf_z(&b, "new");

	cr_expect_eq(b.p, p, "the same memory");
	expect_text(&b, STR("new"), "the new text alone");
	buf_release(&b);
}

Test(buf, integers_come_out_as_printf_has_them)
{
	static const uint64_t values[] = { 0, 1, 9, 10, 11, 99, 100, 101, INT64_MAX,
		(uint64_t)INT64_MAX + 1, UINT64_MAX - 1, UINT64_MAX, UINT64_C(10000000000000000000),
		4294967295, 4294967296 };

	for (size_t i = 0; i < COUNT(values); i++) {
		struct buf b = { 0 };
		char want[64];

		buf_u64(&b, values[i]);
		buf_char(&b, ' ');
		buf_i64(&b, (int64_t)values[i]);
		snprintf(want, sizeof(want), "%" PRIu64 " %" PRId64, values[i], (int64_t)values[i]);
		expect_text(&b, str_c(want), want);
		buf_release(&b);
	}
}

Test(buf, printf_appends_every_length_whole)
{
	struct buf b = { 0 };
	size_t n = 0;

	for (int len = 0; len < 500; len++) {
		buf_printf(&b, "%*s|", len, "");
		n += (size_t)len + 1;
		cr_assert_eq(b.n, n, "length %d", len);
		cr_expect_eq(b.p[n - 1], '|', "length %d", len);
	}
	buf_release(&b);
}

Test(buf, json_escapes_what_must_be_and_nothing_else)
{
	static const struct {
		struct str in;
		const char *out;
	} rows[] = {
		{ { NULL, 0 }, "\"\"" },
		{ { "plain", 5 }, "\"plain\"" },
		{ { "a\"b\\c/d", 7 }, "\"a\\\"b\\\\c/d\"" },
		{ { "\b\f\n\r\t", 5 }, "\"\\b\\f\\n\\r\\t\"" },
		{ { "\0", 1 }, "\"\\u0000\"" },
		{ { "\1\37", 2 }, "\"\\u0001\\u001f\"" },
		{ { "\177", 1 }, "\"\\u007f\"" },
		{ { "\xc2\x80", 2 }, "\"\xc2\x80\"" },
		{ { "\xf0\x9f\x8c\xbf", 4 }, "\"\xf0\x9f\x8c\xbf\"" },
		{ { "\n\n", 2 }, "\"\\n\\n\"" },
		{ { "end\n", 4 }, "\"end\\n\"" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = { 0 };

		buf_json(&b, rows[i].in);
		expect_text(&b, str_c(rows[i].out), rows[i].out);
		buf_release(&b);
	}
}

Test(buf, json_of_each_ascii_byte_is_printable)
{
	for (int c = 0; c < 128; c++) {
		struct buf b = { 0 };
		char text[2] = { (char)c, 'x' };

		buf_json(&b, str_of(text, 2));
		for (size_t i = 0; i < b.n; i++)
			cr_expect(b.p[i] >= 0x20 && b.p[i] < 0x7f, "byte %d", c);
		cr_expect_eq(b.p[b.n - 2], 'x', "byte %d", c);
		buf_release(&b);
	}
}
