/* text.c -- of the generator: see text.h. */
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

/* A day of the civil calendar, and back (days since 1970-01-01). */
struct civil {
	int64_t year;
	unsigned month, day;
};

/* March begins the year here, so that the leap day is its last. */
static struct civil
civil_of(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = z / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;
	struct civil c;

	c.day = doy - (153 * mp + 2) / 5 + 1;
	c.month = mp < 10 ? mp + 3 : mp - 9;
	c.year = (int64_t)yoe + era * 400 + (c.month <= 2);
	return c;
}

static int64_t
days_of(struct civil c)
{
	int64_t y = c.year - (c.month <= 2);
	int64_t era = y / 400;
	int64_t yoe = y - era * 400;
	int64_t mp = c.month > 2 ? c.month - 3 : c.month + 9;
	int64_t doy = (153 * mp + 2) / 5 + c.day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void
text_room(struct text *t, size_t want)
{
	if (t->size - t->n >= want)
		return;
	t->size = 2 * t->size + want;
	t->p = realloc(t->p, t->size);
	if (!t->p) {
		fputs("generate: out of memory\n", stderr);
		exit(1);
	}
}

void
text_free(struct text *t)
{
	free(t->p);
	memset(t, 0, sizeof(*t));
}

void
text_cents(struct text *t, int64_t cents)
{
	uint64_t v = (uint64_t)(cents < 0 ? -cents : cents);

	if (cents < 0)
		text_char(t, '-');
	text_num(t, v / 100);
	if (v % 100 == 0)
		return;
	text_char(t, '.');
	text_char(t, (char)('0' + v % 100 / 10));
	if (v % 10)
		text_char(t, (char)('0' + v % 10));
}

void
text_date(struct text *t, int64_t at)
{
	struct civil c = civil_of(at / DAY);

	text_pad(t, (uint64_t)c.year, 4);
	text_char(t, '-');
	text_pad(t, c.month, 2);
	text_char(t, '-');
	text_pad(t, c.day, 2);
}

void
text_time(struct text *t, int64_t at, int digits)
{
	uint64_t s = (uint64_t)(at % DAY / SECOND);
	uint64_t us = (uint64_t)(at % SECOND);

	text_date(t, at);
	text_char(t, 'T');
	text_pad(t, s / 3600, 2);
	text_char(t, ':');
	text_pad(t, s / 60 % 60, 2);
	text_char(t, ':');
	text_pad(t, s % 60, 2);
	if (digits > 0) {
		text_char(t, '.');
		text_pad(t, digits == 3 ? us / 1000 : us, digits);
	}
	text_char(t, 'Z');
}

void
text_stamp(struct text *t, int64_t at)
{
	struct civil c = civil_of(at / DAY);
	uint64_t s = (uint64_t)(at % DAY / SECOND);

	text_pad(t, (uint64_t)c.year, 4);
	text_pad(t, c.month, 2);
	text_pad(t, c.day, 2);
	text_char(t, 'T');
	text_pad(t, s / 3600, 2);
	text_pad(t, s / 60 % 60, 2);
	text_pad(t, s % 60, 2);
	text_char(t, 'Z');
}

void
text_uuid(struct text *t, uint64_t a, uint64_t b)
{
	static const char hex[] = "0123456789abcdef";
	char *p = t->p + t->n;

	/* the version and variant bits of a random UUID */
	a = (a & ~UINT64_C(0xf000)) | UINT64_C(0x4000);
	b = (b & ~(UINT64_C(3) << 62)) | (UINT64_C(2) << 62);
	for (int i = 0; i < 16; i++) {
		if (i == 8 || i == 12)
			*p++ = '-';
		*p++ = hex[a >> 60];
		a <<= 4;
	}
	for (int i = 0; i < 16; i++) {
		if (i == 0 || i == 4)
			*p++ = '-';
		*p++ = hex[b >> 60];
		b <<= 4;
	}
	t->n += 36;
}

void
text_short(struct text *t, uint64_t a, uint64_t b)
{
	/* without letters that look alike */
	static const char set[] = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkm"
	                          "nopqrstuvwxyz";
	char *p = t->p + t->n;

	for (int i = 0; i < 17; i++) {
		uint64_t *from = i < 8 ? &a : &b;

		*p++ = set[*from % (sizeof(set) - 1)];
		*from /= sizeof(set) - 1;
	}
	t->n += 17;
}

int64_t
text_parse_stamp(const char *s)
{
	static const char shape[] = "ddddddddTddddddZ";
	int v[16] = { 0 };
	struct civil c;
	int64_t at;

	if (strlen(s) != 16)
		return -1;
	for (int i = 0; i < 16; i++) {
		if (shape[i] != 'd' ? s[i] != shape[i] : s[i] < '0' || s[i] > '9')
			return -1;
		v[i] = s[i] - '0';
	}
	c.year = v[0] * 1000 + v[1] * 100 + v[2] * 10 + v[3];
	c.month = (unsigned)(v[4] * 10 + v[5]);
	c.day = (unsigned)(v[6] * 10 + v[7]);
	if (c.year < 1990 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31)
		return -1;
	at = (v[9] * 10 + v[10]) * 3600 + (v[11] * 10 + v[12]) * 60;
	at += v[13] * 10 + v[14];
	return at < 86400 ? days_of(c) * DAY + at * SECOND : -1;
}
