/* str.h -- text: borrowed views and growing buffers.
 *
 * A view is pointer and length, never freed, not terminated, may hold NUL;
 * {NULL, 0} is "absent" wherever absence matters, and equals "".
 * A buffer owns its bytes; struct buf b = {0}; is empty, buf_release is
 * harmless on it.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_ARG(s) (int)(s).n, (s).p /* for "%.*s" */

static inline struct str
str_of(const char *p, size_t n)
{
	return (struct str){ p, n };
}

static inline struct str
str_c(const char *z)
{
	return (struct str){ z, z == NULL ? 0 : strlen(z) };
}

/* str_cmp: order by bytes, the shorter first; <0, 0, >0. */
int str_cmp(struct str a, struct str b);
bool str_eq(struct str a, struct str b);

/* str_from(s, at): the bytes from ${at} on; ${at} is at most s.n. */
static inline struct str
str_from(struct str s, size_t at)
{
	return (struct str){ s.p + at, s.n - at };
}

/* str_order(x, y): str_cmp for qsort and bsearch over struct str. */
int str_order(const void *x, const void *y);

/* ASCII letters only, whatever the locale. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* str_has_nocase(s, part): part occurs in s, ASCII case ignored; "" occurs. */
bool str_has_nocase(struct str s, struct str part);
static inline char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}
static inline char
ascii_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}
static inline bool
ascii_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* str_is_plain(c): a byte that is a character of its own and neither space nor control. */
static inline bool
str_is_plain(char c)
{
	return (unsigned char)c > ' ' && (unsigned char)c < 0x7f;
}

/* str_space(s): bytes of the Unicode White_Space character (UTF-8) that s begins with, or 0;
 * str_space_len is the same of a byte that is not plain. */
size_t str_space_len(struct str s);
static inline size_t
str_space(struct str s)
{
	return s.n > 0 && str_is_plain(s.p[0]) ? 0 : str_space_len(s);
}

/* str_trim(s): without white space at both ends, and without the marks nobody sees: zero-width ones
 * and those of direction (U+200B-200F 202A-202E 2060 2066-2069 FEFF 061C). */
struct str str_trim(struct str s);

/* str_clean(a, s): control characters (U+0000-1F, 7F-9F) become one space each, then
 * trimmed.  Borrowed from s if nothing had to be replaced, else in a. */
struct str str_clean(struct arena *a, struct str s);

/* str_copy, str_lower, str_upper: new text in a; ASCII letters only. */
struct str str_copy(struct arena *a, struct str s);
struct str str_lower(struct arena *a, struct str s);
struct str str_upper(struct arena *a, struct str s);

/* str_z(a, s): a terminated copy, for a wall. */
char *str_z(struct arena *a, struct str s);

/* str_printf(a, fmt, ...): formatted text in a. */
struct str str_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* utf8_len(p, n): bytes of the valid UTF-8 character at p (1..4), 0 if none is
 * (overlong, surrogate, above U+10FFFF and cut ones are none). */
size_t utf8_len(const char *p, size_t n);
bool utf8_valid(struct str s);

struct buf {
	char *p;
	size_t n, cap;
};

void buf_reserve(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_z(struct buf *b, const char *z);
void buf_char(struct buf *b, char c);
void buf_u64(struct buf *b, uint64_t v); /* decimal */
void buf_i64(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* buf_json(b, s): s (valid UTF-8) as a JSON string with its quotes; control characters
 * and DEL escaped, everything else as it is. */
void buf_json(struct buf *b, struct str s);
/* buf_list(b, a, size, n): of a buffer filled with elements of ${size} bytes: all ${n} as an array
 * in ${a}; the buffer is released. */
void *buf_list(struct buf *b, struct arena *a, size_t size, size_t *n);
void buf_reset(struct buf *b); /* empty, memory kept */
void buf_release(struct buf *b);
static inline struct str
buf_view(const struct buf *b)
{
	return (struct str){ b->p, b->n };
}

#endif /* BASE_STR_H */
