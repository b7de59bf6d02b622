/* Goal: what is tried again, when, and what ends a fetch at once. */
#include <criterion/criterion.h>

#include <stdint.h>

#include "base/timestamp.h"
#include "flowhub/retry.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define RETRIES 6

static const struct {
	struct attempt a;
	enum verdict v;
} verdicts[] = {
	{ { .status = 200 }, VERDICT_TAKE },
	{ { .status = 200, .is_broken = true }, VERDICT_AGAIN },
	{ { .status = 200, .fault = HTTP_CUT }, VERDICT_AGAIN },
	{ { .status = 200, .fault = HTTP_TOO_LARGE }, VERDICT_SMALLER },
	{ { .status = 500 }, VERDICT_SMALLER },
	{ { .status = 504 }, VERDICT_SMALLER },
	{ { .fault = HTTP_TIMEOUT }, VERDICT_SMALLER },
	{ { .status = 200, .fault = HTTP_STALLED }, VERDICT_SMALLER },
	{ { .status = 502 }, VERDICT_AGAIN },
	{ { .status = 503 }, VERDICT_AGAIN },
	{ { .status = 429 }, VERDICT_AGAIN },
	{ { .fault = HTTP_UNREACHABLE }, VERDICT_AGAIN },
	{ { .status = 429, .number = RETRIES }, VERDICT_GIVE_UP },
	{ { .status = 429, .retry_after = RETRY_PATIENCE + 1 }, VERDICT_GIVE_UP },
	{ { .fault = HTTP_UNTRUSTED }, VERDICT_STOP },
	{ { .status = 401 }, VERDICT_REFUSED },
	{ { .status = 403, .fault = HTTP_CUT }, VERDICT_REFUSED },
	{ { .status = 302 }, VERDICT_STOP },
	{ { .status = 204 }, VERDICT_STOP },
	{ { .status = 404 }, VERDICT_STOP },
	{ { .status = 404, .is_one_record = true }, VERDICT_ABSENT },
	{ { .status = 404, .is_one_record = true, .fault = HTTP_CUT }, VERDICT_AGAIN },
};

Test(retry, verdicts)
{
	for (size_t i = 0; i < COUNT(verdicts); i++) {
		int64_t wait;
		enum verdict v = retry_judge(&verdicts[i].a, RETRIES, retry_base(300), 0, &wait);

		cr_expect(v == verdicts[i].v, "row %zu: %d", i, (int)v);
	}
}

Test(retry, waits_grow_by_two_up_to_a_minute_with_full_jitter)
{
	int64_t bound = retry_base(300);

	for (uint64_t n = 0; n < 40; n++) {
		struct attempt a = { .status = 502, .number = n };
		int64_t least, most;

		(void)retry_judge(&a, 100, retry_base(300), 0, &least);
		(void)retry_judge(&a, 100, retry_base(300), (uint64_t)bound, &most);
		cr_expect(least == 0);
		cr_expect(most == bound, "%ju: %jd", (uintmax_t)n, (intmax_t)most);
		bound = 2 * bound < RETRY_BOUND ? 2 * bound : RETRY_BOUND;
	}
}

Test(retry, a_retry_after_is_waited_for_at_least)
{
	struct attempt a = { .status = 429, .retry_after = 5 * TIMESTAMP_SECOND };
	int64_t wait;

	cr_expect(retry_judge(&a, 6, retry_base(300), 3, &wait) == VERDICT_AGAIN);
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
	cr_expect(retry_after_parse(STR("99999999999"), now) > RETRY_PATIENCE);
}
