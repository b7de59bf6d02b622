#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/swar.h"

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

int
str_order(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static bool
same_nocase(const char *x, const char *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ascii_lower(x[i]) != ascii_lower(y[i]))
			return false;
	return true;
}

bool
str_eq_nocase(struct str a, struct str b)
{
	return a.n == b.n && same_nocase(a.p, b.p, a.n);
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_of(s.p, prefix.n), prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n &&
	       (suffix.n == 0 || memcmp(s.p + (s.n - suffix.n), suffix.p, suffix.n) == 0);
}

bool
str_has_nocase(struct str s, struct str part)
{
	for (size_t i = 0; i + part.n <= s.n; i++)
		if (part.n == 0 || same_nocase(s.p + i, part.p, part.n))
			return true;
	return false;
}

/*
 * Bytes of the Unicode White_Space character that p begins with, or 0:
 * U+0009-000D 0020 0085 00A0 1680 2000-200A 2028 2029 202F 205F 3000.
 */
static size_t
space_len(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;

	if (n >= 1 && (u[0] == ' ' || (u[0] >= '\t' && u[0] <= '\r')))
		return 1;
	if (n >= 2 && u[0] == 0xc2 && (u[1] == 0x85 || u[1] == 0xa0))
		return 2;
	if (n < 3)
		return 0;
	if (u[0] == 0xe2 && u[1] == 0x80) {
		bool hit =
		    (u[2] >= 0x80 && u[2] <= 0x8a) || u[2] == 0xa8 || u[2] == 0xa9 || u[2] == 0xaf;

		return hit ? 3 : 0;
	}
	if ((u[0] == 0xe1 && u[1] == 0x9a && u[2] == 0x80) ||
	    (u[0] == 0xe2 && u[1] == 0x81 && u[2] == 0x9f) ||
	    (u[0] == 0xe3 && u[1] == 0x80 && u[2] == 0x80))
		return 3;
	return 0;
}

size_t
str_space_len(struct str s)
{
	return space_len(s.p, s.n);
}

/* Bytes of the zero-width or direction mark that p begins with, or 0:
 * U+061C 200B-200F 202A-202E 2060 2066-2069 FEFF. */
static size_t
mark_len(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;

	if (n >= 2 && u[0] == 0xd8 && u[1] == 0x9c)
		return 2;
	if (n < 3)
		return 0;
	if (u[0] == 0xef)
		return u[1] == 0xbb && u[2] == 0xbf ? 3 : 0;
	if (u[0] != 0xe2)
		return 0;
	if (u[1] == 0x80)
		return (u[2] >= 0x8b && u[2] <= 0x8f) || (u[2] >= 0xaa && u[2] <= 0xae) ? 3 : 0;
	return u[1] == 0x81 && (u[2] == 0xa0 || (u[2] >= 0xa6 && u[2] <= 0xa9)) ? 3 : 0;
}

/* What is cut at an end. */
static size_t
blank_len(const char *p, size_t n)
{
	size_t len = space_len(p, n);

	return len > 0 ? len : mark_len(p, n);
}

/* The same for the character that ends at p + n. */
static size_t
blank_len_back(const char *p, size_t n)
{
	for (size_t len = 1; len <= 3 && len <= n; len++)
		if (blank_len(p + (n - len), len) == len)
			return len;
	return 0;
}

struct str
str_trim(struct str s)
{
	size_t len;

	/* nearly all text */
	if (s.n > 0 && str_is_plain(s.p[0]) && str_is_plain(s.p[s.n - 1]))
		return s;
	while ((len = blank_len(s.p, s.n)) > 0) {
		s.p += len;
		s.n -= len;
	}
	while ((len = blank_len_back(s.p, s.n)) > 0)
		s.n -= len;
	return s;
}

/* Bytes of the control character at p, or 0. */
static size_t
control_len(const char *p, size_t n)
{
	unsigned char c = (unsigned char)p[0];

	if (c < 0x20 || c == 0x7f)
		return 1;
	if (c == 0xc2 && n >= 2 && (unsigned char)p[1] >= 0x80 && (unsigned char)p[1] < 0xa0)
		return 2;
	return 0;
}

/* Bytes at the front, eight at a time, among which no control character begins. */
static size_t
skip_clean(struct str s)
{
	size_t i = 0;

	for (; s.n - i >= 8; i += 8) {
		uint64_t x = swar_load(s.p + i);

		/* 0xc2 begins others, too: those are looked at singly */
		if ((swar_below(x, 0x20) | swar_has(x, 0x7f) | swar_has(x, 0xc2)) != 0)
			break;
	}
	return i;
}

struct str
str_clean(struct arena *a, struct str s)
{
	struct str in = str_trim(s);
	size_t i = skip_clean(in), n;
	char *out;

	while (i < in.n && control_len(in.p + i, in.n - i) == 0)
		i++;
	if (i == in.n)
		return in;
	out = arena_bytes(a, in.p, in.n);
	n = i;
	while (i < in.n) {
		size_t len = control_len(in.p + i, in.n - i);

		out[n++] = len > 0 ? ' ' : in.p[i];
		i += len > 0 ? len : 1;
	}
	return str_trim(str_of(out, n));
}

struct str
str_copy(struct arena *a, struct str s)
{
	return str_of(arena_bytes(a, s.p, s.n), s.n);
}

struct str
str_lower(struct arena *a, struct str s)
{
	char *out = arena_bytes(a, s.p, s.n);

	for (size_t i = 0; i < s.n; i++)
		out[i] = ascii_lower(out[i]);
	return str_of(out, s.n);
}

struct str
str_upper(struct arena *a, struct str s)
{
	char *out = arena_bytes(a, s.p, s.n);

	for (size_t i = 0; i < s.n; i++)
		out[i] = ascii_upper(out[i]);
	return str_of(out, s.n);
}

char *
str_z(struct arena *a, struct str s)
{
	char *z = arena_array(a, s.n + 1, 1);

	if (s.n > 0)
		memcpy(z, s.p, s.n);
	z[s.n] = '\0';
	return z;
}

struct str
str_printf(struct arena *a, const char *fmt, ...)
{
	char small[256];
	va_list args, again;
	struct str out = STR("");
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(small, sizeof(small), fmt, args);
	if (n >= 0 && (size_t)n < sizeof(small)) {
		out = str_of(arena_bytes(a, small, (size_t)n), (size_t)n);
	} else if (n > 0) {
		char *text = arena_array(a, (size_t)n + 1, 1);

		vsnprintf(text, (size_t)n + 1, fmt, again);
		out = str_of(text, (size_t)n);
	}
	va_end(again);
	va_end(args);
	return out;
}
