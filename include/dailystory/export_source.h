/* export_source.h -- what an export is made from. */
#ifndef DAILYSTORY_EXPORT_SOURCE_H
#define DAILYSTORY_EXPORT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dailystory/suppress.h"
#include "delta/apply.h"
#include "delta/read_snapshot.h"
#include "record/record.h"
#include "segment/segment.h"
#include "state/state.h"

/* Everything is borrowed. */
struct export_source {
	/* Of every export. */
	struct str snapshot;           /* the id of the last one */
	const struct applied *applied; /* its digests and counts */
	int64_t as_of;                 /* us */
	const struct segment_set *rules;
	const struct export_settings *settings;

	/* Of one out of the state as it is: what changed after that snapshot; empty: everything. */
	struct str since;

	/* Of the export of one snapshot's changes; all zero for one out of the state as it is. */
	const struct segment_set *rules_before; /* empty with the first snapshot */
	const struct record_settings *ledger;
	bool is_recounted;   /* settings that count in profiles changed */
	bool is_everybody;   /* settings that decide who is exported, and how, changed */
	bool is_chosen_anew; /* min_age or the suppression list did */
	const struct apply_result *changed;
	const struct quarantined *quarantined;
	size_t quarantined_n;
	const struct manifest *manifest; /* names the pages */
	size_t jobs;
};

#endif /* DAILYSTORY_EXPORT_SOURCE_H */
