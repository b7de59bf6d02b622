/* Goal: what is tried again, and what ends a fetch at once. */
#include <criterion/criterion.h>

#include "flowhub/verdict.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define RETRIES 6

static const struct {
	struct verdict_attempt a;
	enum verdict v;
} verdicts[] = {
	{ { .status = 200 }, VERDICT_ACCEPT },
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
	{ { .status = 429, .retry.number = RETRIES }, VERDICT_GIVE_UP },
	{ { .status = 429, .retry.retry_after = RETRY_AFTER_MOST + 1 }, VERDICT_GIVE_UP },
	{ { .fault = HTTP_UNTRUSTED }, VERDICT_STOP },
	{ { .status = 401 }, VERDICT_REFUSED },
	{ { .status = 403, .fault = HTTP_CUT }, VERDICT_REFUSED },
	{ { .status = 302 }, VERDICT_STOP },
	{ { .status = 204 }, VERDICT_STOP },
	{ { .status = 404 }, VERDICT_STOP },
	{ { .status = 404, .is_one_record = true }, VERDICT_ABSENT },
	{ { .status = 404, .is_one_record = true, .fault = HTTP_CUT }, VERDICT_AGAIN },
};

Test(verdict, verdicts)
{
	for (size_t i = 0; i < COUNT(verdicts); i++) {
		struct verdict_attempt a = verdicts[i].a;
		int64_t wait;
		enum verdict v;

		a.retry.most = RETRIES;
		a.retry.base = retry_base(300);
		v = verdict_judge(&a, 0, &wait);
		cr_expect(v == verdicts[i].v, "row %zu: %d", i, (int)v);
	}
}
