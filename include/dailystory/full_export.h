/* full_export.h -- whole lists out of the state as it is; nothing in it changes.
 *
 * Contract section 8, export --full, and the files of segment_lists.  The work is in proportion to
 * the account.
 */
#ifndef DAILYSTORY_FULL_EXPORT_H
#define DAILYSTORY_FULL_EXPORT_H

#include "base/err.h"
#include "dailystory/csv_rows.h"
#include "dailystory/export_dir.h"
#include "dailystory/export_source.h"
#include "state/state.h"

/* full_export_write(o, s, source, e): everything; the caller commits.  The rules are those stored
 * with the state. */
int full_export_write(struct export_dir *o, struct state *s, const struct export_source *source,
    struct err *e) ERR_MUST;

/* full_export_members(f, s, e): segments/<slug>.csv for every segment with a member that is a
 * contact. */
int full_export_members(struct csv_rows *f, struct state *s, struct err *e) ERR_MUST;

#endif /* DAILYSTORY_FULL_EXPORT_H */
