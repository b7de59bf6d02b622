#include "flowhub/verdict.h"

/* A page too large for the server, or for us, may work in smaller pieces. */
static bool
wants_smaller(const struct verdict_attempt *a)
{
	return a->fault == HTTP_TIMEOUT || a->fault == HTTP_STALLED || a->fault == HTTP_TOO_LARGE ||
	       a->status == 500 || a->status == 504;
}

static enum verdict
judge_final(const struct verdict_attempt *a)
{
	if (a->fault == HTTP_UNTRUSTED)
		return VERDICT_STOP;
	if (a->status == 401 || a->status == 403)
		return VERDICT_REFUSED;
	if (a->is_one_record && a->fault == HTTP_FINE &&
	    (a->status == 400 || a->status == 404 || a->status == 410 || a->status == 422))
		return VERDICT_ABSENT;
	if (a->is_broken || retry_is_temporary(a->fault, a->status))
		return VERDICT_AGAIN;
	return a->status == 200 ? VERDICT_ACCEPT : VERDICT_STOP;
}

enum verdict
verdict_judge(const struct verdict_attempt *a, uint64_t random, int64_t *wait)
{
	enum verdict v = judge_final(a);

	*wait = 0;
	if (v != VERDICT_AGAIN)
		return v;
	if (!retry_wait(&a->retry, random, wait))
		return VERDICT_GIVE_UP;
	return wants_smaller(a) ? VERDICT_SMALLER : VERDICT_AGAIN;
}
