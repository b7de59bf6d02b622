#include "flowhub/retry.h"

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

/* A page too large for the server, or for us, may work in smaller pieces. */
static bool
wants_smaller(const struct retry_attempt *a)
{
	return a->fault == HTTP_TIMEOUT || a->fault == HTTP_STALLED || a->fault == HTTP_TOO_LARGE ||
	       a->status == 500 || a->status == 504;
}

static bool
is_temporary(const struct retry_attempt *a)
{
	return a->fault != HTTP_FINE || a->is_broken || a->status >= 500 || a->status == 429 ||
	       a->status == 408;
}

static enum retry_verdict
judge_final(const struct retry_attempt *a)
{
	if (a->fault == HTTP_UNTRUSTED)
		return RETRY_STOP;
	if (a->status == 401 || a->status == 403)
		return RETRY_REFUSED;
	if (a->is_one_record && a->fault == HTTP_FINE &&
	    (a->status == 400 || a->status == 404 || a->status == 410 || a->status == 422))
		return RETRY_ABSENT;
	if (is_temporary(a))
		return RETRY_AGAIN;
	return a->status == 200 ? RETRY_ACCEPT : RETRY_STOP;
}

enum retry_verdict
retry_judge(
    const struct retry_attempt *a, uint64_t retries, int64_t base, uint64_t random, int64_t *wait)
{
	enum retry_verdict v = judge_final(a);
	int64_t bound = base;

	*wait = 0;
	if (v != RETRY_AGAIN)
		return v;
	if (a->number >= retries || a->retry_after > RETRY_AFTER_MOST)
		return RETRY_GIVE_UP;
	for (uint64_t i = 0; i < a->number && i < DOUBLINGS_MAX; i++)
		bound = bound < RETRY_WAIT_MOST / 2 ? 2 * bound : RETRY_WAIT_MOST;
	*wait = (int64_t)(random % ((uint64_t)bound + 1));
	if (*wait < a->retry_after)
		*wait = a->retry_after;
	return wants_smaller(a) ? RETRY_SMALLER : RETRY_AGAIN;
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
