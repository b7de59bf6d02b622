/* text.h -- of the generator: a byte buffer, random numbers, times as text.
 *
 * All of it is integers, so that a seed gives the same bytes anywhere.
 * The put functions do not check for room: text_room() once a record does,
 * with TEXT_ROOM bytes, more than the longest record.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TEXT_ROOM 32768u
#define SECOND INT64_C(1000000) /* times are microseconds since 1970, UTC */
#define DAY (INT64_C(86400) * SECOND)

struct text {
	char *p;  /* owned, NULL while size is 0 */
	size_t n; /* used */
	size_t size;
};

/* A sequence of random numbers (splitmix64). */
struct rng {
	uint64_t s;
};

#define PUT(t, literal) text_put((t), "" literal, sizeof(literal) - 1)

/* Make room for ${want} bytes more; ends the process if there is none. */
void text_room(struct text *t, size_t want);
void text_free(struct text *t);

/* A JSON number of at most two decimals: 40.25, 35.5, 35, -0.05. */
void text_cents(struct text *t, int64_t cents);
/* 2026-05-01 */
void text_date(struct text *t, int64_t at);
/* 2026-05-01T10:00:00Z with ${digits} (0, 3 or 6) of a fraction. */
void text_time(struct text *t, int64_t at, int digits);
/* 20260501T100000Z */
void text_stamp(struct text *t, int64_t at);
/* The 36 characters of a UUID that is made of two hashes. */
void text_uuid(struct text *t, uint64_t a, uint64_t b);
/* 17 letters and digits. */
void text_short(struct text *t, uint64_t a, uint64_t b);
/* A time from 20260301T040000Z; returns -1 if it is none. */
int64_t text_parse_stamp(const char *s);

static inline void
text_put(struct text *t, const char *p, size_t n)
{
	memcpy(t->p + t->n, p, n);
	t->n += n;
}

static inline void
text_str(struct text *t, const char *s)
{
	text_put(t, s, strlen(s));
}

static inline void
text_char(struct text *t, char c)
{
	t->p[t->n++] = c;
}

static inline void
text_num(struct text *t, uint64_t v)
{
	char digit[20];
	size_t i = sizeof(digit);

	do {
		digit[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	text_put(t, digit + i, sizeof(digit) - i);
}

/* ${v} in at least ${width} digits. */
static inline void
text_pad(struct text *t, uint64_t v, int width)
{
	uint64_t limit = 10;

	while (--width > 0) {
		if (v < limit) {
			while (width-- > 0)
				text_char(t, '0');
			break;
		}
		limit *= 10;
	}
	text_num(t, v);
}

static inline uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static inline uint64_t
hash3(uint64_t a, uint64_t b, uint64_t c)
{
	const uint64_t golden = UINT64_C(0x9e3779b97f4a7c15);

	return mix(mix(mix(a + golden) + b + golden) + c + golden);
}

static inline uint64_t
rng_next(struct rng *r)
{
	r->s += UINT64_C(0x9e3779b97f4a7c15);
	return mix(r->s);
}

/* 0 to ${n} - 1 from a hash. */
static inline uint32_t
under(uint64_t hash, uint32_t n)
{
	return (uint32_t)(((hash >> 32) * n) >> 32);
}

static inline uint32_t
rng_under(struct rng *r, uint32_t n)
{
	return under(rng_next(r), n);
}

#endif /* TEXT_H */
