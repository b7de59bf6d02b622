/* run.h -- what holds for all of one run over one snapshot.
 *
 * It is made once and handed down by pointer, so that a stage takes one argument in place of seven.
 * Everything is borrowed.  Rules and the settings of exports are for rooms above this one, which
 * know what they are.
 */
#ifndef DELTA_RUN_H
#define DELTA_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "record/record.h"
#include "snapshot/manifest.h"

struct export_settings;
struct segment_set;

/* What a stage does not ask for may be missing: reading needs no rules, and an export of the state
 * as it is no pages. */
struct run {
	const char *account; /* snapshots/ are read here */
	size_t jobs;         /* threads */
	struct str snapshot; /* its id */
	uint32_t number;     /* of the snapshot, from 1 on, among those applied */
	int64_t as_of;       /* us */
	const struct manifest *manifest;
	const struct record_settings *records;
	const struct segment_set *rules;
	const struct export_settings *exports;
};

#endif /* DELTA_RUN_H */
