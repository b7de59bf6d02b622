/* text.h -- what the generator and the stand-in share: text that grows, random numbers, times and
 * ids as text.
 *
 * All of it is integers, so that a seed gives the same bytes anywhere.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SECOND INT64_C(1000000) /* times are microseconds since 1970, UTC */
#define DAY (INT64_C(86400) * SECOND)

struct text {
	char *p;  /* owned, NULL while size is 0; ends in a zero */
	size_t n; /* used */
	uint32_t size;
};

/* A short text by value, for a %s of text_print(). */
struct word {
	char s[96];
};

/* A sequence of random numbers (splitmix64). */
struct rng {
	uint64_t s;
};

/* Say what failed and why, and end the process. */
_Noreturn void die(const char *what);

/* Room for ${want} elements of ${each} bytes, and some more, in place of ${p}. */
void *grow(void *p, uint32_t *size, uint32_t want, size_t each);

void text_print(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct word word_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A JSON number of at most two decimals: 40.25, 35.5, 35, -0.05. */
struct word word_cents(int64_t cents);
/* 2026-05-01 */
struct word word_date(int64_t at);
/* 2026-05-01T10:00:00Z with ${digits} (0, 3 or 6) of a fraction. */
struct word word_time(int64_t at, int digits);
/* 20260501T100000Z */
struct word word_stamp(int64_t at);
/* The 36 characters of a UUID made of two hashes. */
struct word word_uuid(uint64_t a, uint64_t b);
/* 17 letters and digits. */
struct word word_short(uint64_t a, uint64_t b);
/* The time of 20260301T040000Z; -1 if it is none. */
int64_t parse_stamp(const char *s);

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
