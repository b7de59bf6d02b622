/* Goal: exactly the byte sequences of the Unicode standard are UTF-8. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * An independent judge: decode by the number of leading ones, then ask of the
 * code point whether it may be, and whether it had to be so long.
 */
static size_t
judge(const unsigned char *p, size_t n)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = 0;
	uint32_t c;

	if (n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	while (len < 8 && p[0] >> (7 - len) & 1)
		len++;
	if (len < 2 || len > 4 || len > n)
		return 0;
	c = p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return len;
}

Test(utf8, len_agrees_with_the_definition_for_every_two_bytes_in_front)
{
	static const unsigned char tails[] = { 0x00, 0x41, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0,
		0xff };

	for (unsigned c = 0; c < 65536; c++) {
		for (size_t i = 0; i < COUNT(tails) * COUNT(tails); i++) {
			unsigned char u[4] = { (unsigned char)(c >> 8), (unsigned char)c,
				tails[i / COUNT(tails)], tails[i % COUNT(tails)] };
			char p[4];

			memcpy(p, u, sizeof(p));
			for (size_t n = 0; n <= 4; n++)
				if (utf8_len(p, n) != judge(u, n))
					cr_expect(
					    false, "%02x %02x %02x %02x", u[0], u[1], u[2], u[3]);
		}
	}
}

Test(utf8, every_class_of_invalid_sequence_is_refused_at_any_place)
{
	static const struct {
		const char *what, *bytes;
	} rows[] = {
		{ "a tail alone", "\x80" },
		{ "the last tail alone", "\xbf" },
		{ "two tails", "\xbf\x80" },
		{ "overlong NUL", "\xc0\x80" },
		{ "overlong slash", "\xc0\xaf" },
		{ "overlong DEL", "\xc1\xbf" },
		{ "overlong in three", "\xe0\x80\xaf" },
		{ "the greatest overlong in three", "\xe0\x9f\xbf" },
		{ "overlong in four", "\xf0\x80\x80\xaf" },
		{ "the greatest overlong in four", "\xf0\x8f\xbf\xbf" },
		{ "the first surrogate", "\xed\xa0\x80" },
		{ "the last surrogate", "\xed\xbf\xbf" },
		{ "a pair of surrogates", "\xed\xa0\xbd\xed\xb8\x80" },
		{ "U+110000", "\xf4\x90\x80\x80" },
		{ "U+140000", "\xf5\x80\x80\x80" },
		{ "U+1FFFFF", "\xf7\xbf\xbf\xbf" },
		{ "five bytes", "\xf8\x88\x80\x80\x80" },
		{ "six bytes", "\xfc\x84\x80\x80\x80\x80" },
		{ "FE", "\xfe" },
		{ "FF", "\xff" },
		{ "two cut to one", "\xc3" },
		{ "three cut to one", "\xe2" },
		{ "three cut to two", "\xe2\x82" },
		{ "four cut to one", "\xf0" },
		{ "four cut to two", "\xf0\x9f" },
		{ "four cut to three", "\xf0\x9f\x8c" },
		{ "a letter for a tail", "\xc3(" },
		{ "a letter for the third", "\xe2\x82(" },
		{ "a letter for the fourth", "\xf0\x9f\x8c(" },
		{ "a head for a tail", "\xc3\xc3\xa9" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t before = 0; before < 20; before++) {
			char text[64];
			size_t n = strlen(rows[i].bytes);

			memset(text, 'a', sizeof(text));
			memcpy(text + before, rows[i].bytes, n);
			cr_expect(!utf8_valid(str_of(text, before + n)),
			    "%s at the end, %zu before", rows[i].what, before);
			cr_expect(!utf8_valid(str_of(text, sizeof(text))), "%s inside, %zu before",
			    rows[i].what, before);
		}
	}
}

Test(utf8, the_first_and_last_of_each_length_are_valid)
{
	static const struct {
		const char *bytes;
		size_t len;
	} rows[] = {
		{ "\x01", 1 },
		{ "\x7f", 1 },
		{ "\xc2\x80", 2 },
		{ "\xdf\xbf", 2 },
		{ "\xe0\xa0\x80", 3 },
		{ "\xed\x9f\xbf", 3 },
		{ "\xee\x80\x80", 3 },
		{ "\xef\xbf\xbf", 3 },
		{ "\xf0\x90\x80\x80", 4 },
		{ "\xf4\x8f\xbf\xbf", 4 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect_eq(utf8_len(rows[i].bytes, 4), rows[i].len, "row %zu", i);
		cr_expect(utf8_valid(str_c(rows[i].bytes)), "row %zu", i);
	}
	cr_expect(utf8_valid(str_of("\0", 1)), "NUL is a character");
	cr_expect(utf8_valid(str_of(NULL, 0)), "no text is valid text");
}
