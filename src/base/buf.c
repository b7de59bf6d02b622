#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/swar.h"

#define BUF_MIN 64
#define U64_DIGITS 20

void
buf_reserve(struct buf *b, size_t more)
{
	size_t need, cap;

	if (b->cap - b->n >= more)
		return;
	/* A sum too great for size_t is out of memory like any other. */
	if (__builtin_add_overflow(b->n, more, &need))
		need = SIZE_MAX;
	cap = b->cap <= SIZE_MAX / 2 ? b->cap * 2 : SIZE_MAX;
	if (cap < BUF_MIN)
		cap = BUF_MIN;
	if (cap < need)
		cap = need;
	b->p = mem_resize(b->p, cap, 1);
	b->cap = cap;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	buf_reserve(b, n);
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void
buf_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

void
buf_z(struct buf *b, const char *z)
{
	buf_add(b, z, strlen(z));
}

void
buf_char(struct buf *b, char c)
{
	buf_reserve(b, 1);
	b->p[b->n++] = c;
}

void
buf_u64(struct buf *b, uint64_t v)
{
	char digits[U64_DIGITS];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	buf_add(b, digits + i, sizeof(digits) - i);
}

void
buf_i64(struct buf *b, int64_t v)
{
	if (v < 0)
		buf_char(b, '-');
	/* Negated as unsigned, for INT64_MIN has no positive twin. */
	buf_u64(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args, again;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	buf_reserve(b, BUF_MIN);
	n = vsnprintf(b->p + b->n, b->cap - b->n, fmt, args);
	if (n > 0 && (size_t)n >= b->cap - b->n) {
		buf_reserve(b, (size_t)n + 1);
		vsnprintf(b->p + b->n, b->cap - b->n, fmt, again);
	}
	if (n > 0)
		b->n += (size_t)n;
	va_end(again);
	va_end(args);
}

static bool
is_plain(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 0x20 && u != '"' && u != '\\' && u != 0x7f;
}

static void
put_escape(struct buf *b, char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char from[] = "\"\\\b\f\n\r\t";
	static const char to[] = "\"\\bfnrt";
	const char *hit = c == '\0' ? NULL : strchr(from, c);
	unsigned char u = (unsigned char)c;

	if (hit != NULL) {
		char two[2] = { '\\', to[hit - from] };

		buf_add(b, two, sizeof(two));
	} else {
		char six[6] = "\\u00";

		six[4] = hex[u >> 4];
		six[5] = hex[u & 15];
		buf_add(b, six, sizeof(six));
	}
}

/* Bytes at the front, eight at a time, that are all plain. */
static size_t
skip_plain(struct str s)
{
	size_t i = 0;

	for (; s.n - i >= 8; i += 8) {
		uint64_t x = swar_load(s.p + i);

		if ((swar_below(x, 0x20) | swar_has(x, '"') | swar_has(x, '\\') |
		        swar_has(x, 0x7f)) != 0)
			break;
	}
	return i;
}

void
buf_json(struct buf *b, struct str s)
{
	size_t from = 0;

	buf_reserve(b, s.n + 2);
	buf_char(b, '"');
	for (size_t i = skip_plain(s); i < s.n; i++) {
		if (is_plain(s.p[i]))
			continue;
		buf_add(b, s.p + from, i - from);
		put_escape(b, s.p[i]);
		from = i + 1;
	}
	if (from < s.n)
		buf_add(b, s.p + from, s.n - from);
	buf_char(b, '"');
}

void *
buf_list(struct buf *b, struct arena *a, size_t size, size_t *n)
{
	void *list = arena_copy(a, b->p, b->n);

	*n = b->n / size;
	buf_release(b);
	return list;
}

void
buf_reset(struct buf *b)
{
	b->n = 0;
}

void
buf_release(struct buf *b)
{
	mem_free(b->p);
	*b = (struct buf){ 0 };
}
