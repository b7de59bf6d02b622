/* vitals.h -- what is to be known of one account among many: read in a moment, changing nothing.
 *
 * From its settings, its state's totals and the metrics of its last run.  No page is read, and what
 * cannot be read of one account is no trouble to the others.
 */
#ifndef FLEET_VITALS_H
#define FLEET_VITALS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

struct vitals {
	struct err why; /* the first thing that could not be read; ERR_NONE */

	bool has_state;  /* a snapshot is applied: */
	struct str last; /* its id */
	int64_t as_of;   /* us; TIMESTAMP_NONE without a state */
	uint64_t customers, contacts;
	uint64_t changed; /* rows of contacts written with it */

	bool has_pending;
	uint64_t pending; /* snapshots that are not applied */

	bool has_run;         /* the metrics of a run are there: */
	uint64_t exit_status; /* of the last one */
	int64_t last_success; /* us; TIMESTAMP_NONE: none */
	int64_t last_run;     /* us; when it ended */
	uint64_t disk;        /* bytes it took then */
	bool has_push;        /* it pushes: */
	uint64_t to_push;     /* rows that DailyStory has not acknowledged */

	const char *metrics_path;
	struct str base_url;   /* of Flowhub */
	struct str client_id;  /* at Flowhub; empty: not set */
	const char *limit_dir; /* of the limit it takes part in; "": none */
};

/* vitals_load(a, account, out): texts in ${a}. */
void vitals_load(struct arena *a, const char *account, struct vitals *out);

#endif /* FLEET_VITALS_H */
