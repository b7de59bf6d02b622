/* export.h -- one snapshot's export: what changed for whom, in the state and in files.
 *
 * Contract sections 6 and 7.
 */
#ifndef DAILYSTORY_EXPORT_H
#define DAILYSTORY_EXPORT_H

#include "base/err.h"
#include "dailystory/export_dir.h"
#include "dailystory/export_source.h"

/*
 * export_write(o, s, source, e):
 * Profiles, statuses, memberships and what was exported last are brought up to date in the state,
 * and the files are written into ${o}, which the caller commits.
 * Errors: ERR_INTERNAL if the sums of the profiles do not agree with those of the orders.
 */
int export_write(struct export_dir *o, struct state *s, const struct export_source *source,
    struct err *e) ERR_MUST;

#endif /* DAILYSTORY_EXPORT_H */
