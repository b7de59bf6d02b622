/* run_log_push.h -- what a line of runs.jsonl says of a push: numbers and a status, nobody's name
 * and no word of DailyStory's.
 */
#ifndef ACCOUNT_RUN_LOG_PUSH_H
#define ACCOUNT_RUN_LOG_PUSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct doc;
struct json;

/* A number of a line above this one is read as this one: no account gets there, and whoever adds
 * and multiplies numbers of a line needs some bound. */
#define RUN_LOG_NUMBER_MOST UINT64_C(1000000000000000) /* bytes: a petabyte */

/* Reasons of dead letters; there are four. */
#define RUN_LOG_PUSH_REASONS 8
#define RUN_LOG_PUSH_NAME 32

struct run_log_reason {
	char name[RUN_LOG_PUSH_NAME]; /* "same-contact": small letters and '-' */
	uint64_t n;
};

/* Rows, unless it says otherwise. */
struct run_log_push {
	int status;        /* of exit */
	char snapshot[24]; /* that DailyStory was to agree with; "": the books could not be opened,
	                    * and the numbers below are not known */
	bool is_partial;   /* of one customer alone */
	bool is_early;     /* the snapshot was younger than 'push_hold': only opt-outs were sent */
	bool is_young;  /* a newer snapshot came meanwhile, younger than 'push_hold': of that only
	                 * opt-outs were sent, and what is pending is of both */
	bool is_spent;  /* too many were rejected, so it stopped */
	bool is_outrun; /* a newer snapshot ended it: it was to send the plan that was expected */
	uint64_t duration; /* ms */
	uint64_t calls;    /* to DailyStory */
	uint64_t retries;  /* of these */
	uint64_t acked;    /* by these calls */
	uint64_t rejected; /* in this push */
	uint64_t pending;  /* not acked in the end */
	uint64_t limited;  /* of these, because of --limit */
	uint64_t held;     /* mobile numbers that are not sent */
	uint64_t contacts; /* there are in DailyStory now */
	int64_t oldest;    /* us: since when the oldest pending row waits, at most; or 0 */
	struct run_log_reason letters[RUN_LOG_PUSH_REASONS]; /* dead letters there are now */
	size_t letters_n;
};

/* run_log_push_print(x, d): as a member of the line; a number that is 0 is left out. */
void run_log_push_print(const struct run_log_push *x, struct doc *d);

/* run_log_push_parse(j, out): of the line; false: it tells of none. */
bool run_log_push_parse(const struct json *j, struct run_log_push *out);

/* run_log_push_number(raw, out): a number of any line, at most RUN_LOG_NUMBER_MOST; false: it is
 * none. */
bool run_log_push_number(struct str raw, uint64_t *out);

/* run_log_push_is_done(x): it came to its end.  run_log_push_is_whole: DailyStory has everything
 * that it takes. */
bool run_log_push_is_done(const struct run_log_push *x);
bool run_log_push_is_whole(const struct run_log_push *x);

/* run_log_push_letters(x): all reasons together. */
uint64_t run_log_push_letters(const struct run_log_push *x);

#endif /* ACCOUNT_RUN_LOG_PUSH_H */
