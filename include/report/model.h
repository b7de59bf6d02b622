/* model.h -- the numbers of a report: what the page shows and --json prints, and nothing else.
 *
 * Everything is filled by report.c from files and the state; the page and the JSON only read it.
 * Money is in cents, times in us, days in the account's time zone.  No text in it names a person.
 */
#ifndef REPORT_MODEL_H
#define REPORT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account/disk_use.h"
#include "account/run_log_check.h"
#include "account/run_log_push.h"
#include "base/str.h"
#include "report/drift.h"
#include "segment/membership.h"
#include "state/tables.h"
#include "timemachine/verify_note.h"

/* -- Over time -- */

enum report_step {
	REPORT_DAYS,
	REPORT_WEEKS, /* from Monday on */
	REPORT_MONTHS
};

/* One segment in one step of time.  Levels are those after the last snapshot of the step. */
struct report_membership {
	bool is_known; /* a snapshot of this step told */
	uint64_t members, contacts;
	uint64_t entered[CAUSE_COUNT], left[CAUSE_COUNT];
};

/* What became of the pushes of one step of time; rows but for calls. */
struct report_pushes {
	uint64_t n, calls, acked, rejected;
	uint64_t unanswered, failed; /* pushes; failed: or stopped */
	bool has_pending;
	uint64_t pending; /* after the last one of all customers */
};

/* A day, a week or a month. */
struct report_bucket {
	int32_t day;   /* the first one, local */
	bool is_known; /* a snapshot was applied in it: the levels below are told */
	uint64_t snapshots;
	/* Levels, after the last snapshot. */
	uint64_t customers, contacts, orders;
	/* What happened, in all of its snapshots. */
	uint64_t opt_outs, moved, gone, quarantined, held_back, exported;
	uint64_t opt_outs_email, opt_outs_text; /* of these, by channel */
	uint64_t doubts;                        /* lists that claim nothing */
	struct drift drift;
	uint64_t orders_added, orders_changed, orders_removed, voided_later;
	uint64_t pages, bytes; /* of the snapshots, as stored */
	int64_t run_us;        /* from taken_at to finished_at, the longest */
	/* What runs.jsonl says; has_runs: of any run in it. */
	bool has_runs, has_disk, has_kinds, has_pushes;
	uint64_t runs, calls, retries, silent, failed; /* silent: Flowhub did not answer */
	uint64_t used, free;                           /* has_disk: bytes, after the last run */
	uint64_t kinds[DISK_USE_KINDS];                /* has_kinds: of ${used}, as last measured */
	struct report_pushes pushes;                   /* has_pushes */
	/* Orders made in it, as they stand now. */
	uint64_t purchases, refunds, guest_purchases;
	uint64_t unknown_purchases;  /* by customers whose record has not come */
	int64_t completed, refunded; /* cents; refunded is what refunds took off, not negative */
	struct report_membership *segments; /* as many as the model has */
};

/* What one hour of the calendar saw. */
enum report_hour {
	REPORT_HOUR_NONE,   /* no snapshot */
	REPORT_HOUR_SILENT, /* nor did Flowhub answer */
	REPORT_HOUR_SAME,   /* a snapshot that changed nothing */
	REPORT_HOUR_DONE,
	REPORT_HOUR_FAULT,   /* one with quarantined records */
	REPORT_HOUR_PENDING, /* one that is not applied */
	REPORT_HOUR_FAILED,  /* a run that failed, refused a snapshot or was stopped */
	REPORT_HOURS
};

/* -- As of the last snapshot -- */

struct report_segment {
	struct str slug, name, sentence;
	uint64_t members, contacts, by_email, by_text;
	uint64_t due_entered, due_left; /* by time alone, in the next 7 days */
	/* Of the last 7 days. */
	bool has_week_ago;
	uint64_t members_week_ago, week_entered, week_left;
};

struct report_value {
	struct str text;
	uint64_t customers;
};

struct report_count {
	struct str name;
	uint64_t n;
};

/* A record at fault in the last snapshot; without its id. */
struct report_fault {
	struct str page, entity, reason;
	uint64_t index;
};

/* A setting as flowstory.json has it. */
struct report_setting {
	struct str name, value;
};

enum report_health {
	REPORT_WELL,
	REPORT_LOOK, /* it runs, but something needs a look */
	REPORT_LATE,
	REPORT_STOPPED,
	REPORT_EMPTY /* nothing is applied */
};

/* What DailyStory has, as far as the log of runs tells.  A push of one customer alone says nothing
 * of whether all is well. */
struct report_push {
	bool is_on;   /* run ends with a push */
	bool is_used; /* that, or push/ is there, or the log tells of one */
	/* The newest one of all customers; NULL: the log tells of none. */
	const struct run_log_push *last;
	int64_t last_at, last_offset; /* us; offset: that local time is ahead of UTC then */
	/* The newest one that attempted something, which is what the verdict is about; or NULL. */
	const struct run_log_push *judged;
	/* The newest one that knew its numbers: of the books, and of what waits; or NULL. */
	const struct run_log_push *books, *counted;
	/* The newest one after which DailyStory had acknowledged everything it takes; has_whole: no
	 * later push found that changes of the same snapshot wait. */
	bool has_whole;
	struct str whole;                  /* that snapshot's id; empty: there was none */
	int64_t whole_as_of, whole_offset; /* us */
	uint64_t behind;                   /* snapshots applied since that one */
	const struct run_log_check *check; /* the last comparison, or NULL */
	int64_t check_at;
	uint64_t unanswered; /* pushes without an answer, one after the other up to the last */
};

#define REPORT_TOP 20

struct report_model {
	/* Is it well? */
	enum report_health health;
	struct str verdict;               /* the sentence */
	int64_t now, as_of;               /* us */
	struct str zone;                  /* its name: "UTC" */
	int64_t now_offset, as_of_offset; /* us that local time is ahead of UTC then */
	struct str last_snapshot, tool;
	uint64_t pending, late;
	bool is_imported_by_hand; /* imported.json is there */
	uint64_t unimported;      /* then: snapshots applied since that import */
	uint64_t quarantined;     /* in the last snapshot */
	struct str stopped;       /* the snapshot that the breaker stopped at, or empty */
	uint64_t silent;          /* runs without an answer since the last snapshot */
	bool has_runs;            /* runs.jsonl says something */
	uint64_t unknown_left, waiting_left; /* has_runs: customers left for the next run */
	uint64_t doubts;                     /* lists of the last snapshot that claim nothing */
	struct report_fault *faults;         /* at most REPORT_TOP of them */
	size_t faults_n;
	struct drift_days reach; /* how far back is read again */

	enum report_step step;
	struct report_bucket *buckets; /* without a hole, oldest first */
	size_t buckets_n;
	uint8_t *hours; /* enum report_hour, 24 for each day from ${hours_day} on */
	int32_t hours_day;
	size_t hours_days;

	struct report_segment *segments;
	size_t segments_n;

	uint64_t customers, orders, guest_orders, unattributed_orders;
	uint64_t contacts;
	uint64_t skipped[SKIPPED_COUNT]; /* by reason; those who share an address are contacts */
	uint64_t owed_email, owed_text;
	/* Opt-outs that the account's very first snapshot wrote, where it is shown: they are all
	 * that there were before, and no news. */
	uint64_t first_opt_outs, first_email, first_text;
	size_t first_step;            /* its bucket */
	struct report_count *dropped; /* by reason, in the span */
	size_t dropped_n;
	int64_t completed, profiles, guest, unattributed;
	struct report_count *statuses; /* orders by status */
	int64_t *status_cents;
	size_t statuses_n;
	int64_t spent_mean;       /* of customers with a purchase */
	int64_t spent[5];         /* least, quartiles, most of customers with a purchase */
	uint64_t purchases_of[4]; /* customers with 1, 2, 3 to 5, 6 and more */
	struct report_value *products, *categories;
	size_t products_n, categories_n; /* at most REPORT_TOP */

	struct disk_use disk[DISK_USE_KINDS];
	uint64_t used, free; /* bytes, as the last run saw them; has_disk */
	bool has_disk;
	struct report_push push;
	int32_t full_day; /* when the disk is full, if it goes on like that; 0: not known */
	struct verify_note verified;
	struct str chain_head; /* sha256 of the last diff */
	struct report_setting *settings;
	size_t settings_n;
};

#endif /* REPORT_MODEL_H */
