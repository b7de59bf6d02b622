/* drift.h -- what only the wider reads saw: orders that changed further back than every run reads.
 *
 * Every run reads the orders of the last overlap_days again; older ones are read less often, up to
 * full_orders_every.  What such a read finds was wrong in the exports until then.  The days that a
 * page was asked for stand in its name (contract, section 2), so a diff alone tells.  An order
 * first read with a page of other days, or adopted from a file, cannot be told and is not counted.
 */
#ifndef REPORT_DRIFT_H
#define REPORT_DRIFT_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

/* Orders. */
struct drift {
	uint64_t added, changed, removed;
	uint64_t full; /* of these, older than deep_days too */
};

/* How far back is read again: every run, and less often. */
struct drift_days {
	uint64_t overlap, deep;
};

/* drift_add(text, as_of, days, d): those of a diff, inflated, whose snapshot was taken then. */
void drift_add(struct str text, int64_t as_of, struct drift_days days, struct drift *d);

/* drift_of(a, account, id, days, d, e): the same of a stored diff. */
int drift_of(struct arena *a, const char *account, struct str id, struct drift_days days,
    struct drift *d, struct err *e) ERR_MUST;

/* drift_voided(diff): how many orders it says were voided after they had been read. */
uint64_t drift_voided(struct str diff);

#endif /* REPORT_DRIFT_H */
