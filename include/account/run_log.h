/* run_log.h -- runs.jsonl in the account: a line for each run, so that what a run cannot leave in a
 * snapshot is known later: hours without an answer, retries, a stop by the breaker, a disk that
 * fills, what became of a push.
 *
 * fetch, run and push leave a line each, process only when the mass-change breaker stops it.  The
 * file is mode 0600, holds no personal data, and decides nothing: it may be deleted.  It is only
 * appended to, without a sync, so its last line may be torn; a line that cannot be read is passed
 * over.
 * Source: docs/decisions/0050-what-a-run-leaves-behind.md, 0067-what-became-of-a-push.md
 */
#ifndef ACCOUNT_RUN_LOG_H
#define ACCOUNT_RUN_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account/disk_use.h"
#include "account/run_log_check.h"
#include "account/run_log_push.h"
#include "base/err.h"
#include "base/str.h"
#include "flowhub/reads.h"

struct arena;

/* A larger file is cut to its newer half. */
#define RUN_LOG_MOST ((uint64_t)4 << 20) /* bytes: hourly, more than a year */

struct run_log_entry {
	int64_t at;            /* us: when the run ended */
	struct str command;    /* "run"; see run_log_is_push */
	int status;            /* of exit */
	struct str snapshot;   /* that it fetched, or empty */
	struct str stopped;    /* that the breaker stopped it at, or empty */
	bool is_silent;        /* Flowhub did not answer */
	uint64_t duration;     /* ms */
	uint64_t calls;        /* to Flowhub */
	uint64_t retries;      /* of these */
	uint64_t unknown_left; /* customers named by orders, left for the next run */
	uint64_t waiting_left; /* known ones that the list of all leaves out, the same */
	struct reads reads;    /* as its fetch left them */
	bool has_disk;
	uint64_t used, free; /* has_disk: bytes of the account, and that the disk has left */
	bool is_measured;    /* ${used} is new; else that of an earlier line */
	uint64_t blocks[DISK_USE_KINDS]; /* is_measured: as in disk_use.h */
	const struct run_log_push *push; /* what became of it; NULL: nothing was to be pushed */
	const struct run_log_check
	    *check; /* what a comparison with DailyStory found; NULL: it was none */
};

/* run_log_is_push(x): the line of a push by itself, or of a comparison: nothing was read, so that
 * all other numbers are 0. */
bool run_log_is_push(const struct run_log_entry *x);

/* run_log_add(account, x, e): append it.  The account's lock need not be held: a push goes on
 * beside a run. */
int run_log_add(const char *account, const struct run_log_entry *x, struct err *e) ERR_MUST;

/* run_log_load(a, account, list, n, e): all there are, oldest first; none if there is no file. */
int run_log_load(struct arena *a, const char *account, struct run_log_entry **list, size_t *n,
    struct err *e) ERR_MUST;

/* run_log_tail(a, account, since, list, n): the last ones, at least those since ${since} (us); none
 * if they cannot be read. */
void run_log_tail(
    struct arena *a, const char *account, int64_t since, struct run_log_entry **list, size_t *n);

/* run_log_is_stopped(list, n, snapshot): the breaker stopped a run at this snapshot, which is the
 * first one pending. */
bool run_log_is_stopped(const struct run_log_entry *list, size_t n, struct str snapshot);

/* run_log_measured(list, n, now): the newest line of the last day that measured the account, or
 * NULL.  run_log_reads: the newest line whose fetch looked at what there is, or NULL. */
const struct run_log_entry *run_log_measured(
    const struct run_log_entry *list, size_t n, int64_t now);
const struct reads *run_log_reads(const struct run_log_entry *list, size_t n);

/* run_log_disk(account, used, out): what the disk of the account has left for its user. */
void run_log_disk(const char *account, uint64_t used, struct run_log_entry *out);

#endif /* ACCOUNT_RUN_LOG_H */
