/* Goal: how long to wait before a call that failed is tried again. */
#include <criterion/criterion.h>

#include <stdint.h>

#include "base/timestamp.h"
#include "http/retry.h"

Test(retry, what_is_temporary)
{
	cr_expect(retry_is_temporary(HTTP_FINE, 500) && retry_is_temporary(HTTP_FINE, 503));
	cr_expect(retry_is_temporary(HTTP_FINE, 429) && retry_is_temporary(HTTP_FINE, 408));
	cr_expect(retry_is_temporary(HTTP_CUT, 200) && retry_is_temporary(HTTP_UNREACHABLE, 0));
	cr_expect(!retry_is_temporary(HTTP_FINE, 200) && !retry_is_temporary(HTTP_FINE, 404));
}

Test(retry, there_are_no_more_than_were_asked_for)
{
	struct retry r = { .most = 6, .base = retry_base(300) };
	int64_t wait;

	for (; r.number < r.most; r.number++)
		cr_expect(retry_wait(&r, 0, &wait), "%ju", (uintmax_t)r.number);
	cr_expect(!retry_wait(&r, 0, &wait));
	r = (struct retry){ .most = 6, .retry_after = RETRY_AFTER_MOST + 1 };
	cr_expect(!retry_wait(&r, 0, &wait));
}

Test(retry, waits_grow_by_two_up_to_a_minute_with_full_jitter)
{
	int64_t bound = retry_base(300);

	for (uint64_t n = 0; n < 40; n++) {
		struct retry r = { .number = n, .most = 100, .base = retry_base(300) };
		int64_t least, most;

		(void)retry_wait(&r, 0, &least);
		(void)retry_wait(&r, (uint64_t)bound, &most);
		cr_expect(least == 0);
		cr_expect(most == bound, "%ju: %jd", (uintmax_t)n, (intmax_t)most);
		bound = 2 * bound < RETRY_WAIT_MOST ? 2 * bound : RETRY_WAIT_MOST;
	}
}

Test(retry, a_retry_after_is_waited_for_at_least)
{
	struct retry r = {
		.most = 6, .base = retry_base(300), .retry_after = 5 * TIMESTAMP_SECOND
	};
	int64_t wait;

	cr_expect(retry_wait(&r, 3, &wait));
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
