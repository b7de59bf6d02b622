/* run_summary.h -- what a run came to, in numbers: for its metrics, and as JSON for on_end.
 *
 * It holds no personal data.  What could not be read is not there; it is never 0 instead.
 */
#ifndef REPORT_RUN_SUMMARY_H
#define REPORT_RUN_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "account/disk_use.h"
#include "account/run_log_push.h"
#include "flowhub/fetch.h"
#include "flowhub/request.h"
#include "push/check_note.h"
#include "push/push.h"
#include "report/drift.h"
#include "segment/membership.h"
#include "state/state.h"

/* Who entered and left a segment, by cause. */
struct run_causes {
	uint64_t entered[CAUSE_COUNT], left[CAUSE_COUNT];
};

/* Which run it was and how it went is filled by whoever ran; the rest by run_summary_load.  Texts
 * lie in the arena that it is given. */
struct run_summary {
	struct str account;              /* its full path */
	struct str run;                  /* its id, as in --log-json */
	int64_t started_at, finished_at; /* us since 1970 */
	int64_t duration;                /* us */
	int status;                      /* of exit */
	bool was_stopped;                /* by the mass-change breaker */
	struct err error;                /* the first one; ERR_NONE */
	struct fetch_result fetch;       /* of zeros if Flowhub was not called */
	bool has_push;                   /* the settings ask for one */
	int push_status;
	struct push_result push;       /* has_push */
	struct run_log_push push_line; /* has_push: the same for runs.jsonl */
	bool has_compared;             /* has_push: 'push --check' ever was */
	struct check_note compared;    /* has_compared */

	bool has_pending, has_state;
	uint64_t pending, late; /* has_pending: snapshots */
	/* has_state: */
	struct applied last; /* the snapshot applied last: id, time and counts; no digest */
	struct totals totals;
	struct membership_counts segments; /* entered and left: with that snapshot */
	struct run_causes *causes;         /* of each of these; NULL: they cannot be read */
	bool has_drift;
	struct drift drift;  /* has_drift: of all that this run applied */
	struct str *applied; /* ids of what this run applied */
	size_t applied_n;
	struct disk_use disk[DISK_USE_KINDS]; /* blocks alone */
	bool is_measured;                     /* by this run; else as runs.jsonl has it */
};

/* run_summary_applied(account): how many snapshots are applied; 0 too if that cannot be read. */
uint64_t run_summary_applied(const char *account);

/* run_summary_load(a, account, applied, reading, s): ${applied} is what run_summary_applied said in
 * front of the run, ${reading} the settings, or NULL if they are wrong.  An error was reported by
 * the run itself, so what cannot be read is just left out. */
void run_summary_load(struct arena *a, const char *account, uint64_t applied,
    const struct flowhub_settings *reading, struct run_summary *s);

/* run_summary_json(s, b): one object, in flowstory.json(5) under on_end. */
void run_summary_json(const struct run_summary *s, struct buf *b);

#endif /* REPORT_RUN_SUMMARY_H */
