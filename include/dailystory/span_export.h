/* span_export.h -- what changed after a snapshot, out of the state as it is; nothing in it changes.
 *
 * Contract section 8, export --since: each row in its latest form, gone.csv, moved.csv and the
 * lists of segments as the two points of time differ.  The work is in proportion to the account.
 */
#ifndef DAILYSTORY_SPAN_EXPORT_H
#define DAILYSTORY_SPAN_EXPORT_H

#include <stdint.h>

#include "base/err.h"
#include "dailystory/export_dir.h"
#include "dailystory/export_source.h"
#include "state/state.h"

/* span_export_write(o, s, source, from, e): what changed after the snapshot of that number, which
 * is not 0; the caller commits.  The rules are those stored with the state. */
int span_export_write(struct export_dir *o, struct state *s, const struct export_source *source,
    uint32_t from, struct err *e) ERR_MUST;

#endif /* DAILYSTORY_SPAN_EXPORT_H */
