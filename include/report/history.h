/* history.h -- what the exports, diffs and snapshots of a span tell, hour by hour, as buckets.
 *
 * Read from the files themselves, oldest first; a file that is missing or cannot be read is an
 * error that names it, for a page must not show half of a history as all of it.
 */
#ifndef REPORT_HISTORY_H
#define REPORT_HISTORY_H

#include <stdint.h>

#include "base/err.h"
#include "report/model.h"

struct arena;

/*
 * history_read(a, account, ids, n, m, e):
 * Fill the buckets, the hours and m->dropped from the snapshots of these ids, which are applied;
 * those before the first bucket are passed over.
 * The segments of ${m} have their slugs; what segments were called otherwise is passed over.
 */
int history_read(struct arena *a, const char *account, const struct str *ids, size_t n,
    struct report_model *m, struct err *e) ERR_MUST;

/* history_last(a, account, id, m, e): the segments, statuses and counts as of the last snapshot,
 * whose id is given. */
int history_last(struct arena *a, const char *account, struct str id, struct report_model *m,
    struct err *e) ERR_MUST;

#endif /* REPORT_HISTORY_H */
