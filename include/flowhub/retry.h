/* retry.h -- what to do with an answer, or with none: a pure function.
 *
 * Waits grow by two with full jitter: any length from 0 to the bound, so that
 * many callers that failed together do not come back together.
 */
#ifndef FLOWHUB_RETRY_H
#define FLOWHUB_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "lib/http.h"

#define RETRY_BOUND                                                                                \
	(INT64_C(60) * 1000000)                 /* us; no wait of ours is longer                   \
	                                         */
#define RETRY_PATIENCE (INT64_C(900) * 1000000) /* us; a longer Retry-After ends the run */

enum verdict {
	VERDICT_TAKE,
	VERDICT_ABSENT,  /* the one record asked for is not there */
	VERDICT_AGAIN,   /* after the wait */
	VERDICT_SMALLER, /* after the wait, and with a smaller page */
	VERDICT_REFUSED, /* 401, 403: no further call */
	VERDICT_STOP,    /* no retry can help */
	VERDICT_GIVE_UP  /* one could, but there were enough */
};

/* What became of a call. */
struct attempt {
	enum http_fault fault;
	long status;
	bool is_broken;      /* status 200, but its body is no answer */
	bool is_one_record;  /* asked for by id */
	uint64_t number;     /* 0: the first try */
	int64_t retry_after; /* us; 0: none came */
};

/* retry_base(min_interval_ms): the bound of the first wait, us. */
int64_t retry_base(uint64_t min_interval_ms);

/* retry_judge(a, retries, base, random, wait): ${wait} in us, for AGAIN and
 * SMALLER. */
enum verdict retry_judge(
    const struct attempt *a, uint64_t retries, int64_t base, uint64_t random, int64_t *wait);

/* retry_after_parse(text, now): a Retry-After header (seconds, or an HTTP date)
 * as us from ${now}; 0 if it says nothing. */
int64_t retry_after_parse(struct str text, int64_t now);

#endif /* FLOWHUB_RETRY_H */
