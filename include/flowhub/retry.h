/* retry.h -- what to do after a call, as a pure function of what came back.
 *
 * The bound of a wait doubles with each try, and a wait is any length up to its bound ("full
 * jitter"), so that many clients that failed together do not return together.
 */
#ifndef FLOWHUB_RETRY_H
#define FLOWHUB_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "lib/http.h"

#define RETRY_WAIT_MOST (INT64_C(60) * 1000000)   /* us; our own waits are no longer */
#define RETRY_AFTER_MOST (INT64_C(900) * 1000000) /* us; a longer Retry-After ends the run */

enum retry_verdict {
	RETRY_ACCEPT,  /* the body is the answer */
	RETRY_ABSENT,  /* the one record asked for is not there */
	RETRY_AGAIN,   /* after the wait */
	RETRY_SMALLER, /* after the wait, with a smaller page */
	RETRY_REFUSED, /* 401, 403: no further call */
	RETRY_STOP,    /* no retry can help */
	RETRY_GIVE_UP  /* a retry could help, but there were enough */
};

/* What became of a call. */
struct retry_attempt {
	enum http_fault fault;
	long status;
	bool is_broken;      /* status 200, but the body is not an answer */
	bool is_one_record;  /* asked for by id */
	uint64_t number;     /* 0: the first try */
	int64_t retry_after; /* us; 0: none came */
};

/* retry_base(min_interval_ms): the bound of the first wait, us. */
int64_t retry_base(uint64_t min_interval_ms);

/* retry_judge(a, retries, base, random, wait): ${wait} in us, for RETRY_AGAIN and RETRY_SMALLER. */
enum retry_verdict retry_judge(
    const struct retry_attempt *a, uint64_t retries, int64_t base, uint64_t random, int64_t *wait);

/* retry_after_parse(text, now): a Retry-After header (seconds, or an HTTP date) as us from ${now};
 * 0 if it says neither. */
int64_t retry_after_parse(struct str text, int64_t now);

#endif /* FLOWHUB_RETRY_H */
