#include "http/retry.h"

#include <stdio.h>

#include "base/num.h"
#include "base/timestamp.h"

#define DOUBLINGS_MAX 30
#define BASE_INTERVALS 4
#define BASE_LEAST_MS 5
#define MS INT64_C(1000)

int64_t
retry_base(uint64_t min_interval_ms)
{
	uint64_t ms = min_interval_ms < BASE_LEAST_MS ? BASE_LEAST_MS : min_interval_ms;
	int64_t base = (int64_t)ms * BASE_INTERVALS * MS;

	return base < RETRY_WAIT_MOST ? base : RETRY_WAIT_MOST;
}

bool
retry_is_temporary(enum http_fault fault, long status)
{
	return fault != HTTP_FINE || status >= 500 || status == 429 || status == 408;
}

bool
retry_wait(const struct retry *r, uint64_t random, int64_t *wait)
{
	int64_t bound = r->base;

	*wait = 0;
	if (r->number >= r->most || r->retry_after > RETRY_AFTER_MOST)
		return false;
	for (uint64_t i = 0; i < r->number && i < DOUBLINGS_MAX; i++)
		bound = bound < RETRY_WAIT_MOST / 2 ? 2 * bound : RETRY_WAIT_MOST;
	*wait = (int64_t)(random % ((uint64_t)bound + 1));
	if (*wait < r->retry_after)
		*wait = r->retry_after;
	return true;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
static bool
parse_http_date(struct str s, int64_t *us)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char iso[32];
	int month = 0;

	if (s.n != 29 || !str_ends(s, STR(" GMT")))
		return false;
	while (month < 12 && memcmp(months + 3 * month, s.p + 8, 3) != 0)
		month++;
	snprintf(iso, sizeof(iso), "%.4s-%02d-%.2sT%.8sZ", s.p + 12, month + 1, s.p + 5, s.p + 17);
	return timestamp_parse(str_c(iso), us);
}

int64_t
retry_after_parse(struct str text, int64_t now)
{
	uint64_t seconds;
	int64_t at;

	if (num_u64(text, &seconds))
		return seconds > 1000000 ? RETRY_AFTER_MOST + 1
		                         : (int64_t)seconds * TIMESTAMP_SECOND;
	if (!parse_http_date(text, &at) || at <= now)
		return 0;
	return at - now;
}
