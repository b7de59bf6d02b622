/* Goal: views compare, trim and clean text by bytes, whatever the locale. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int
sign(int v)
{
	return (v > 0) - (v < 0);
}

Test(str, cmp_orders_by_bytes_and_the_shorter_first)
{
	static const struct str rows[] = {
		{ NULL, 0 },
		{ "\0", 1 },
		{ "\0\0", 2 },
		{ " ", 1 },
		{ "10", 2 },
		{ "9", 1 },
		{ "A", 1 },
		{ "a", 1 },
		{ "a\0", 2 },
		{ "aa", 2 },
		{ "\xc3\xa9", 2 },
		{ "\xff", 1 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t j = 0; j < COUNT(rows); j++) {
			int want = (i > j) - (i < j);

			cr_expect_eq(
			    sign(str_cmp(rows[i], rows[j])), want, "rows %zu and %zu", i, j);
			cr_expect_eq(str_eq(rows[i], rows[j]), i == j, "rows %zu and %zu", i, j);
		}
	}
}

Test(str, absent_equals_empty)
{
	struct str absent = { NULL, 0 };

	cr_expect(str_eq(absent, STR("")), "eq");
	cr_expect_eq(str_cmp(absent, STR("")), 0, "cmp");
	cr_expect(str_eq_nocase(absent, STR("")), "eq_nocase");
	cr_expect(str_starts(absent, STR("")), "starts");
	cr_expect(str_ends(absent, absent), "ends");
	cr_expect(str_has_nocase(absent, absent), "has");
	cr_expect_eq(str_trim(absent).n, 0u, "trim");
	cr_expect_eq(str_c(NULL).n, 0u, "from NULL");
}

Test(str, case_is_ignored_in_ascii_letters_only)
{
	for (int c = 0; c < 256; c++) {
		for (int d = 0; d < 256; d++) {
			char x = (char)c, y = (char)d;
			bool letters = c >= 'A' && c <= 'Z' && d == c + 32;
			bool want = c == d || letters || (d >= 'A' && d <= 'Z' && c == d + 32);

			cr_expect_eq(str_eq_nocase(str_of(&x, 1), str_of(&y, 1)), want,
			    "bytes %d and %d", c, d);
		}
	}
}

Test(str, starts_and_ends_look_at_whole_pieces)
{
	cr_expect(str_starts(STR("abc"), STR("ab")), "prefix");
	cr_expect(str_starts(STR("abc"), STR("abc")), "itself");
	cr_expect(!str_starts(STR("abc"), STR("abcd")), "longer");
	cr_expect(!str_starts(STR("abc"), STR("b")), "inside");
	cr_expect(str_ends(STR("abc"), STR("bc")), "suffix");
	cr_expect(str_ends(STR("abc"), STR("")), "empty");
	cr_expect(!str_ends(STR("abc"), STR("ab")), "prefix is no suffix");
	cr_expect(!str_ends(STR("abc"), STR("zabc")), "longer");
}

Test(str, has_nocase_finds_parts_anywhere)
{
	static const struct {
		const char *s, *part;
		bool want;
	} rows[] = {
		{ "", "", true },
		{ "abc", "", true },
		{ "", "a", false },
		{ "abc", "ABC", true },
		{ "xabc", "aBc", true },
		{ "abcx", "aBc", true },
		{ "aaab", "AAB", true },
		{ "ab", "abc", false },
		{ "Blue Dream 3.5g", "dream", true },
		{ "\xc3\x89t\xc3\xa9", "\xc3\xa9T\xc3\xa9", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(str_has_nocase(str_c(rows[i].s), str_c(rows[i].part)), rows[i].want,
		    "row %zu", i);
}

/* One code point as UTF-8; surrogates too, which nobody should take. */
static struct str
encode(uint32_t c, char *out)
{
	size_t n = 0;

	if (c < 0x80) {
		out[n++] = (char)c;
		return str_of(out, n);
	}
	if (c < 0x800) {
		out[n++] = (char)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		out[n++] = (char)(0xe0 | c >> 12);
		out[n++] = (char)(0x80 | (c >> 6 & 0x3f));
	} else {
		out[n++] = (char)(0xf0 | c >> 18);
		out[n++] = (char)(0x80 | (c >> 12 & 0x3f));
		out[n++] = (char)(0x80 | (c >> 6 & 0x3f));
	}
	out[n++] = (char)(0x80 | (c & 0x3f));
	return str_of(out, n);
}

static bool
is_white_space(uint32_t c)
{
	return (c >= 9 && c <= 13) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

/* Zero-width ones and those of direction. */
static bool
is_mark(uint32_t c)
{
	return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || c == 0x2060 ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || c == 0x061c;
}

Test(str, trim_takes_unicode_white_space_and_marks_and_nothing_else)
{
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		char bytes[4], text[16];
		struct str one = encode(c, bytes), got;
		size_t n = 0;
		bool space = is_white_space(c) || is_mark(c);

		memcpy(text + n, one.p, one.n);
		n += one.n;
		text[n++] = 'x';
		memcpy(text + n, one.p, one.n);
		n += one.n;
		got = str_trim(str_of(text, n));
		if (got.n != (space ? 1 : n))
			cr_expect(false, "U+%04X: %zu left", c, got.n);
		got = str_trim(one);
		if (got.n != (space ? 0 : one.n))
			cr_expect(false, "U+%04X alone: %zu left", c, got.n);
		if (str_space(one) != (is_white_space(c) ? one.n : 0))
			cr_expect(false, "U+%04X: no white space or not", c);
	}
}

Test(str, trim_keeps_white_space_inside)
{
	cr_expect(str_eq(str_trim(STR(" \t\r\n a  b \xe3\x80\x80\xc2\xa0")), STR("a  b")),
	    "both ends only");
	cr_expect(str_eq(str_trim(STR("\xe2\x80\x8b a\xe2\x80\x8d"
	                              "b \xef\xbb\xbf\xe2\x81\xa9 ")),
	              STR("a\xe2\x80\x8d"
	                  "b")),
	    "marks and spaces in any order, inside none");
}

Test(str, trim_does_not_take_halves_of_broken_text)
{
	static const char *const rows[] = { "\x85", "\xa0", "\xe2\x80", "\x80\x80", "x\xe2\x80",
		"\xc2", "\xe2\x80z", "\xe2\x80\x01", "\xe1\x9a" };

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(str_trim(str_c(rows[i])).n, strlen(rows[i]), "row %zu", i);
}

Test(str, clean_makes_each_control_character_one_space)
{
	static const struct {
		struct str in, out;
	} rows[] = {
		{ { "a\tb", 3 }, { "a b", 3 } },
		{ { "a\r\nb", 4 }, { "a  b", 4 } },
		{ { "a\0b", 3 }, { "a b", 3 } },
		{ { "a\177b", 3 }, { "a b", 3 } },
		{ { "a\xc2\x9f"
		    "b",
		      4 },
		    { "a b", 3 } },
		{ { "a\xc2\x80\xc2\x81", 5 }, { "a", 1 } },
		{ { "\1\2 a \3", 6 }, { "a", 1 } },
		{ { "\1\2\3", 3 }, { "", 0 } },
		{ { " \xc2\xa0\1\xe3\x80\x80"
		    "a",
		      8 },
		    { "a", 1 } },
		{ { "\xc3\x80", 2 }, { "\xc3\x80", 2 } },
		{ { "a\xc2", 2 }, { "a\xc2", 2 } },
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str got = str_clean(&a, rows[i].in);

		cr_expect(str_eq(got, rows[i].out), "row %zu: '%.*s'", i, STR_ARG(got));
	}
	arena_release(&a);
}

Test(str, clean_leaves_no_control_character_of_any_kind)
{
	struct arena a = { 0 };

	for (uint32_t c = 0; c <= 0xff; c++) {
		bool control = c < 0x20 || (c >= 0x7f && c <= 0x9f);
		char bytes[4], text[8] = "x";
		struct str one = encode(c, bytes), got;
		size_t n = 1;

		memcpy(text + n, one.p, one.n);
		n += one.n;
		text[n++] = 'y';
		got = str_clean(&a, str_of(text, n));
		if (control)
			cr_expect(str_eq(got, STR("x y")), "U+%04X", c);
		else
			cr_expect(str_eq(got, str_of(text, n)), "U+%04X", c);
	}
	arena_release(&a);
}

Test(str, clean_borrows_what_needs_no_change)
{
	struct arena a = { 0 };
	struct str in = STR("  Bl\xc3\xbc te  ");
	struct str got = str_clean(&a, in);

	cr_expect_eq(got.p, in.p + 2, "a view into the same bytes");
	cr_expect_null(a.head, "nothing was allocated");
}

Test(str, copies_do_not_touch_the_original)
{
	struct arena a = { 0 };
	struct str in = STR("aZ\xc3\x89 z9");

	cr_expect(str_eq(str_copy(&a, in), in), "copy");
	cr_expect(str_eq(str_lower(&a, in), STR("az\xc3\x89 z9")), "lower");
	cr_expect(str_eq(str_upper(&a, in), STR("AZ\xc3\x89 Z9")), "upper");
	cr_expect_neq(str_copy(&a, in).p, in.p, "new memory");
	cr_expect_str_eq(str_z(&a, str_of("abc", 2)), "ab");
	cr_expect_str_eq(str_z(&a, str_of(NULL, 0)), "");
	cr_expect_eq(str_copy(&a, str_of(NULL, 0)).n, 0u, "nothing");
	arena_release(&a);
}

Test(str, printf_gives_every_length_whole)
{
	struct arena a = { 0 };

	for (int n = 0; n < 1000; n++) {
		struct str got = str_printf(&a, "%*s|", n, "");

		cr_expect_eq(got.n, (size_t)n + 1, "length %d", n);
		cr_expect_eq(got.p[n], '|', "length %d", n);
	}
	arena_release(&a);
}
