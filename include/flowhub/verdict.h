/* verdict.h -- what to do after a call to Flowhub, as a pure function of what came back. */
#ifndef FLOWHUB_VERDICT_H
#define FLOWHUB_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "http/retry.h"
#include "lib/http.h"

enum verdict {
	VERDICT_ACCEPT,  /* the body is the answer */
	VERDICT_ABSENT,  /* the one record asked for is not there */
	VERDICT_AGAIN,   /* after the wait */
	VERDICT_SMALLER, /* after the wait, with a smaller page */
	VERDICT_REFUSED, /* 401, 403: no further call */
	VERDICT_STOP,    /* no retry can help */
	VERDICT_GIVE_UP  /* a retry could help, but there were enough */
};

/* What became of a call. */
struct verdict_attempt {
	enum http_fault fault;
	long status;
	bool is_broken;     /* status 200, but the body is not an answer */
	bool is_one_record; /* asked for by id */
	struct retry retry;
};

/* verdict_judge(a, random, wait): ${wait} in us, for VERDICT_AGAIN and VERDICT_SMALLER. */
enum verdict verdict_judge(const struct verdict_attempt *a, uint64_t random, int64_t *wait);

#endif /* FLOWHUB_VERDICT_H */
