/* export_source.h -- what an export is made from. */
#ifndef DAILYSTORY_EXPORT_SOURCE_H
#define DAILYSTORY_EXPORT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dailystory/suppress.h"
#include "delta/apply.h"
#include "delta/read_snapshot.h"
#include "delta/run.h"
#include "record/record.h"
#include "segment/segment.h"
#include "state/state.h"

/* Everything is borrowed. */
struct export_source {
	/* Of every export. */
	const struct run *run;         /* over the last snapshot */
	const struct applied *applied; /* its digests and counts */

	/* Of one out of the state as it is: what changed after that snapshot; empty: everything. */
	struct str since;
	/* Further rows of fields.csv; not by the terms, so none in what history makes again. */
	struct str more_fields;

	/* Of the export of one snapshot's changes; all zero for one out of the state as it is. */
	const struct segment_set *rules_before; /* empty with the first snapshot */
	bool is_recounted;                      /* settings that count in profiles changed */
	bool is_everybody;   /* settings that decide who is exported, and how, changed */
	bool is_chosen_anew; /* min_age or the suppression list did */
	const struct apply_result *changed;
	const struct quarantined *quarantined;
	size_t quarantined_n;
};

#endif /* DAILYSTORY_EXPORT_SOURCE_H */
