/* retry.h -- when a call that failed is tried again, as a pure function of what came back.
 *
 * The bound of a wait doubles with each try, and a wait is any length up to its bound ("full
 * jitter"), so that many clients that failed together do not return together.
 */
#ifndef HTTP_RETRY_H
#define HTTP_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "lib/http.h"

#define RETRY_WAIT_MOST (INT64_C(60) * 1000000)   /* us; our own waits are no longer */
#define RETRY_AFTER_MOST (INT64_C(900) * 1000000) /* us; a longer Retry-After ends the run */

/* What the waits of one call depend on. */
struct retry {
	uint64_t number;     /* tries that failed before this one; 0: it was the first */
	uint64_t most;       /* tries after the first one */
	int64_t base;        /* us: the bound of the first wait */
	int64_t retry_after; /* us; 0: none came */
};

/* retry_base(min_interval_ms): the bound of the first wait, us. */
int64_t retry_base(uint64_t min_interval_ms);

/* retry_is_temporary(fault, status): another try may help: a fault on the way, 408, 429 and 5xx. */
bool retry_is_temporary(enum http_fault fault, long status);

/* retry_wait(r, random, wait): how long to wait in us before the next try.  Returns: false if there
 * is none, because there were enough or the server wants a longer wait than RETRY_AFTER_MOST. */
bool retry_wait(const struct retry *r, uint64_t random, int64_t *wait);

/* retry_after_parse(text, now): a Retry-After header (seconds, or an HTTP date) as us from ${now};
 * 0 if it says neither. */
int64_t retry_after_parse(struct str text, int64_t now);

#endif /* HTTP_RETRY_H */
