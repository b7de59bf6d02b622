/* attention.h -- what of an account needs attention and is in no table of the state: what
 * manifests, the hidden files of a fetch and runs.jsonl say.  No page is read.
 */
#ifndef REPORT_ATTENTION_H
#define REPORT_ATTENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "account/disk_use.h"

struct attention {
	uint64_t doubts; /* lists of the snapshot that claim nothing */
	struct str base; /* at which history begins; empty: at the first snapshot */
	bool is_prune_unfinished;
	int64_t unfinished;      /* when the first read began that was not finished; or
	                          * TIMESTAMP_NONE */
	bool is_stopped;         /* the mass-change breaker stopped at the first one pending */
	bool is_fetched;         /* some snapshot was read from Flowhub: the two are known */
	int64_t next_customers;  /* us: when customers are read wholly again; may be past */
	int64_t next_orders;     /* us: when the oldest day of orders is read again */
	uint64_t rejected;       /* rows that DailyStory did not take */
	struct err push_err;     /* why what it acknowledged cannot be read; ERR_NONE */
	struct err settings_err; /* why flowstory.json could not be read; ERR_NONE */
	struct disk_use kinds[DISK_USE_KINDS];
	int64_t measured_at; /* us: that is what the account took then */
	bool is_measured;    /* now; else a run did so in the last day */
};

/* attention_load(a, account, snapshot, pending, now, out, e): ${snapshot} is the last one,
 * ${pending} the first one not applied; or empty.  What the last fetch noted is taken where it
 * still holds; no manifest is read then. */
int attention_load(struct arena *a, const char *account, struct str snapshot, struct str pending,
    int64_t now, struct attention *out, struct err *e) ERR_MUST;

#endif /* REPORT_ATTENTION_H */
