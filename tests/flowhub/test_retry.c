/* Goal: what is tried again, when, and what ends a fetch at once. */
#include <criterion/criterion.h>

#include <stdint.h>

#include "base/timestamp.h"
#include "flowhub/retry.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define RETRIES 6

static const struct {
	struct retry_attempt a;
	enum retry_verdict v;
} verdicts[] = {
	{ { .status = 200 }, RETRY_ACCEPT },
	{ { .status = 200, .is_broken = true }, RETRY_AGAIN },
	{ { .status = 200, .fault = HTTP_CUT }, RETRY_AGAIN },
	{ { .status = 200, .fault = HTTP_TOO_LARGE }, RETRY_SMALLER },
	{ { .status = 500 }, RETRY_SMALLER },
	{ { .status = 504 }, RETRY_SMALLER },
	{ { .fault = HTTP_TIMEOUT }, RETRY_SMALLER },
	{ { .status = 200, .fault = HTTP_STALLED }, RETRY_SMALLER },
	{ { .status = 502 }, RETRY_AGAIN },
	{ { .status = 503 }, RETRY_AGAIN },
	{ { .status = 429 }, RETRY_AGAIN },
	{ { .fault = HTTP_UNREACHABLE }, RETRY_AGAIN },
	{ { .status = 429, .number = RETRIES }, RETRY_GIVE_UP },
	{ { .status = 429, .retry_after = RETRY_AFTER_MOST + 1 }, RETRY_GIVE_UP },
	{ { .fault = HTTP_UNTRUSTED }, RETRY_STOP },
	{ { .status = 401 }, RETRY_REFUSED },
	{ { .status = 403, .fault = HTTP_CUT }, RETRY_REFUSED },
	{ { .status = 302 }, RETRY_STOP },
	{ { .status = 204 }, RETRY_STOP },
	{ { .status = 404 }, RETRY_STOP },
	{ { .status = 404, .is_one_record = true }, RETRY_ABSENT },
	{ { .status = 404, .is_one_record = true, .fault = HTTP_CUT }, RETRY_AGAIN },
};

Test(retry, verdicts)
{
	for (size_t i = 0; i < COUNT(verdicts); i++) {
		int64_t wait;
		enum retry_verdict v =
		    retry_judge(&verdicts[i].a, RETRIES, retry_base(300), 0, &wait);

		cr_expect(v == verdicts[i].v, "row %zu: %d", i, (int)v);
	}
}

Test(retry, waits_grow_by_two_up_to_a_minute_with_full_jitter)
{
	int64_t bound = retry_base(300);

	for (uint64_t n = 0; n < 40; n++) {
		struct retry_attempt a = { .status = 502, .number = n };
		int64_t least, most;

		(void)retry_judge(&a, 100, retry_base(300), 0, &least);
		(void)retry_judge(&a, 100, retry_base(300), (uint64_t)bound, &most);
		cr_expect(least == 0);
		cr_expect(most == bound, "%ju: %jd", (uintmax_t)n, (intmax_t)most);
		bound = 2 * bound < RETRY_WAIT_MOST ? 2 * bound : RETRY_WAIT_MOST;
	}
}

Test(retry, a_retry_after_is_waited_for_at_least)
{
	struct retry_attempt a = { .status = 429, .retry_after = 5 * TIMESTAMP_SECOND };
	int64_t wait;

	cr_expect(retry_judge(&a, 6, retry_base(300), 3, &wait) == RETRY_AGAIN);
	cr_expect(wait == 5 * TIMESTAMP_SECOND);
}

Test(retry, retry_after_is_seconds_or_a_date)
{
	int64_t now;

	cr_assert(timestamp_parse(STR("1994-11-06T08:49:30Z"), &now));
	cr_expect(retry_after_parse(STR("120"), now) == 120 * TIMESTAMP_SECOND);
	cr_expect(
	    retry_after_parse(STR("Sun, 06 Nov 1994 08:49:37 GMT"), now) == 7 * TIMESTAMP_SECOND);
	cr_expect(retry_after_parse(STR("Sun, 06 Nov 1994 08:49:07 GMT"), now) == 0);
	cr_expect(retry_after_parse(STR("Sun, 06 Nuv 1994 08:49:37 GMT"), now) == 0);
	cr_expect(retry_after_parse(STR("soon"), now) == 0);
	cr_expect(retry_after_parse(STR("99999999999"), now) > RETRY_AFTER_MOST);
}
