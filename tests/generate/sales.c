/* sales.c -- of the generator: when people buy. */
#include "world.h"

#include <string.h>

#define MINUTE (60 * SECOND)
#define GROWTH 600 /* days in which business doubles */

/* How busy the minute at ${at} is; 0 while the shops are closed. */
static uint64_t
weight_of(const struct sales *s, int64_t at)
{
	static const uint8_t hours[24] = { 0, 0, 0, 0, 0, 0, 0, 0, 6, 9, 11, 13, 16, 15, 14, 15, 18,
		23, 24, 20, 15, 9, 0, 0 };
	static const uint8_t days[7] = { 17, 16, 16, 18, 21, 27, 25 };
	int64_t local = at - 7 * 3600 * SECOND;
	int64_t age = (at - s->begin) / DAY;
	uint64_t w = hours[local % DAY / (3600 * SECOND)];

	w *= days[(local / DAY + 4) % 7];
	return w * (uint64_t)(GROWTH + (age > 0 ? age : 0)) / 256;
}

void
sales_init(struct sales *s, int64_t begin, int64_t from, int64_t to, uint32_t count, uint64_t seed)
{
	uint64_t total = 0;

	memset(s, 0, sizeof(*s));
	s->begin = begin;
	s->from = from - from % MINUTE;
	s->to = to - to % MINUTE;
	s->count = count;
	s->rng.s = seed;
	if (s->to <= s->from)
		s->to = s->from + MINUTE;
	for (int64_t at = s->from; at < s->to; at += MINUTE)
		total += weight_of(s, at);
	s->minute = s->from;
	s->weight = weight_of(s, s->minute);
	if (count > 0)
		s->step = (total << 16) / count;
}

/* One sale falls at random into each of ${count} equal parts. */
int64_t
sales_next(struct sales *s)
{
	uint64_t roll = rng_next(&s->rng) >> 16;
	uint64_t part, place = 0;

	if (s->step == 0) {
		/* the shops are closed all that time: someone works late */
		part = (uint64_t)(s->to - s->from) / s->count;
		return s->from + (int64_t)(part * s->next++ + roll % part);
	}
	place = s->step * s->next++ + roll % s->step;
	while (place >= s->passed + (s->weight << 16)) {
		s->passed += s->weight << 16;
		s->minute += MINUTE;
		s->weight = weight_of(s, s->minute);
	}
	part = (place - s->passed) * (uint64_t)MINUTE / (s->weight << 16);
	return s->minute + (int64_t)part;
}
