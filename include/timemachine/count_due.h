/* count_due.h -- how many will enter and leave each segment by time alone.
 *
 * Counted from the time of the last snapshot applied.  Only the profiles of customers who are due
 * within the span are read.
 */
#ifndef TIMEMACHINE_COUNT_DUE_H
#define TIMEMACHINE_COUNT_DUE_H

#include <stdint.h>

#include "base/err.h"
#include "state/state.h"
#include "segment/segment.h"

struct arena;

enum due_span {
	DUE_DAY,
	DUE_WEEK,
	DUE_SPANS
};

/* Of one segment.  Who enters and leaves again within a span counts in both. */
struct due {
	uint64_t entered[DUE_SPANS], left[DUE_SPANS];
};

/* count_due(a, s, set, as_of, out, e): ${out} has set->n places; ${set} is the one stored with the
 * state. */
int count_due(struct arena *a, struct state *s, const struct segment_set *set, int64_t as_of,
    struct due *out, struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_COUNT_DUE_H */
