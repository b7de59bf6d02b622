/* Goal: eight bytes at a time give what byte after byte gives. */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/swar.h"

/* As buf_json is meant, one byte after the other. */
static void
plain_json(struct buf *b, struct str s)
{
	static const char short_ones[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";

	buf_char(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		const char *hit = c == 0 ? NULL : strchr(short_ones, c);

		if (hit != NULL)
			buf_printf(b, "\\%c", letters[hit - short_ones]);
		else if (c < 0x20 || c == 0x7f)
			buf_printf(b, "\\u%04x", c);
		else
			buf_char(b, (char)c);
	}
	buf_char(b, '"');
}

/* A text of ${n} letters with the byte at ${at}. */
static struct str
text_with(char *room, size_t n, size_t at, unsigned char c)
{
	memset(room, 'a', n);
	room[at] = (char)c;
	return str_of(room, n);
}

Test(swar, a_byte_anywhere_is_escaped_as_alone)
{
	struct buf fast = { 0 }, slow = { 0 };
	char room[40];

	for (unsigned c = 0; c < 256; c++) {
		for (size_t n = 1; n < sizeof(room); n++) {
			for (size_t at = 0; at < n; at++) {
				struct str s = text_with(room, n, at, (unsigned char)c);

				buf_reset(&fast);
				buf_reset(&slow);
				buf_json(&fast, s);
				plain_json(&slow, s);
				cr_assert(str_eq(buf_view(&fast), buf_view(&slow)),
				    "byte %u at %zu of %zu", c, at, n);
			}
		}
	}
	buf_release(&fast);
	buf_release(&slow);
}

Test(swar, a_control_character_anywhere_becomes_a_space)
{
	struct arena a = { 0 };
	char room[40];

	for (unsigned c = 0; c < 0x80; c++) {
		for (size_t n = 3; n < sizeof(room); n++) {
			for (size_t at = 1; at + 1 < n; at++) {
				struct str s = text_with(room, n, at, (unsigned char)c);
				char want = c < 0x20 || c == 0x7f ? ' ' : (char)c;
				struct str out = str_clean(&a, s);

				cr_assert(out.n == n && out.p[at] == want, "byte %u at %zu of %zu",
				    c, at, n);
			}
		}
	}
	arena_release(&a);
}

Test(swar, there_is_such_a_byte_or_not)
{
	for (unsigned c = 0; c < 256; c++) {
		for (unsigned d = 0; d < 256; d++) {
			char p[8] = { 'a', 'a', 'a', (char)d, 'a', 'a', 'a', 'a' };
			uint64_t x = swar_load(p);

			cr_assert_eq(swar_has(x, (unsigned char)c) != 0, c == d || c == 'a',
			    "%u among %u", c, d);
			if (c > 0 && c <= 128)
				cr_assert_eq(
				    swar_below(x, c) != 0, d < c || 'a' < c, "%u below %u", d, c);
		}
	}
}
