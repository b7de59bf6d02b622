/* customer_rows.h -- all that an export has to say of one customer.
 *
 * Found by reading alone, so that any thread may do it; export.c writes it
 * down.
 */
#ifndef DAILYSTORY_CUSTOMER_ROWS_H
#define DAILYSTORY_CUSTOMER_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "dailystory/export_settings.h"
#include "dailystory/affected.h"
#include "state/rows.h"
#include "state/state.h"
#include "segment/segment.h"
#include "segment/membership.h"

struct arena;

/* What holds for all of them; borrowed. */
struct customer_rows_source {
	int64_t as_of;
	uint32_t snapshot; /* its number */
	bool is_first, is_recounted;
	const struct segment_set *rules;
	const struct membership_counts *tallies;
	const struct export_settings *settings;
	const struct affected *subjects;
};

/* Rows are whole lines; one that is empty is not written. */
struct customer_rows {
	bool had; /* there was a standing */
	struct standing before, now;
	struct membership_changes memberships;
	struct str standing_row; /* now, packed; of one who is gone none */
	struct str events;       /* lines of events.jsonl */
	size_t events_n;
	struct str segment_row;  /* their line in files of segments */
	struct str csv, json;    /* contact, if not the row written last */
	struct str opt_out;      /* the same */
	struct str exported_row; /* packed: what was written last, if that is
	                            now another */
};

/* customer_rows_make(a, s, source, u, out, e): ${out} is zeroed; what it holds lies in
 * ${a} or in the subjects. */
int customer_rows_make(struct arena *a, struct state *s, const struct customer_rows_source *source,
    const struct affected_customer *u, struct customer_rows *out, struct err *e) ERR_MUST;

#endif /* DAILYSTORY_CUSTOMER_ROWS_H */
