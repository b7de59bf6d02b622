/* text.c -- see text.h. */
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void
die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(1);
}

void *
grow(void *p, uint32_t *size, uint32_t want, size_t each)
{
	if (want <= *size)
		return p;
	*size = want + want / 8 + 16;
	p = realloc(p, *size * each);
	if (!p)
		die("memory");
	return p;
}

void
text_print(struct text *t, const char *format, ...)
{
	va_list list, again;
	size_t n;

	va_start(list, format);
	va_copy(again, list);
	n = (size_t)vsnprintf(t->p ? t->p + t->n : NULL, t->size - t->n, format, list);
	if (n >= t->size - t->n) {
		t->p = grow(t->p, &t->size, (uint32_t)(t->n + n + 1), 1);
		vsnprintf(t->p + t->n, t->size - t->n, format, again);
	}
	t->n += n;
	va_end(again);
	va_end(list);
}

struct word
word_print(const char *format, ...)
{
	struct word w;
	va_list list;

	va_start(list, format);
	vsnprintf(w.s, sizeof(w.s), format, list);
	va_end(list);
	return w;
}

struct word
word_cents(int64_t cents)
{
	long v = cents < 0 ? (long)-cents : (long)cents;
	struct word w = word_print("%s%ld.%02ld", cents < 0 ? "-" : "", v / 100, v % 100);
	size_t n = strlen(w.s);

	/* no zeros behind the point, and no point behind nothing */
	w.s[v % 100 == 0 ? n - 3 : v % 10 == 0 ? n - 1 : n] = '\0';
	return w;
}

static struct tm
civil(int64_t at)
{
	time_t seconds = (time_t)(at / SECOND);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	return tm;
}

struct word
word_date(int64_t at)
{
	struct tm tm = civil(at);
	struct word w;

	strftime(w.s, sizeof(w.s), "%Y-%m-%d", &tm);
	return w;
}

struct word
word_time(int64_t at, int digits)
{
	int us = (int)(at % SECOND);
	struct tm tm = civil(at);
	struct word w;

	strftime(w.s, sizeof(w.s), "%Y-%m-%dT%H:%M:%S", &tm);
	if (digits == 0)
		return word_print("%sZ", w.s);
	return word_print("%s.%0*dZ", w.s, digits, digits == 3 ? us / 1000 : us);
}

struct word
word_stamp(int64_t at)
{
	struct tm tm = civil(at);
	struct word w;

	strftime(w.s, sizeof(w.s), "%Y%m%dT%H%M%SZ", &tm);
	return w;
}

struct word
word_uuid(uint64_t a, uint64_t b)
{
	/* the version and variant bits of a random UUID */
	a = (a & ~UINT64_C(0xf000)) | UINT64_C(0x4000);
	b = (b & ~(UINT64_C(3) << 62)) | (UINT64_C(2) << 62);
	return word_print("%08lx-%04lx-%04lx-%04lx-%012lx", a >> 32, a >> 16 & 0xffff, a & 0xffff,
	    b >> 48, b & UINT64_C(0xffffffffffff));
}

struct word
word_short(uint64_t a, uint64_t b)
{
	/* without letters that look alike */
	static const char set[] = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";
	struct word w = { "" };

	for (int i = 0; i < 17; i++) {
		uint64_t *from = i < 8 ? &a : &b;

		w.s[i] = set[*from % (sizeof(set) - 1)];
		*from /= sizeof(set) - 1;
	}
	return w;
}

int64_t
parse_stamp(const char *s)
{
	struct tm tm = { 0 };
	const char *end = strptime(s, "%Y%m%dT%H%M%SZ", &tm);
	int64_t at = end ? timegm(&tm) * SECOND : -1;

	return at >= 0 && strcmp(word_stamp(at).s, s) == 0 ? at : -1;
}
