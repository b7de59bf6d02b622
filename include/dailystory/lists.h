/* lists.h -- whole lists out of the state: all members of all segments that are contacts.
 *
 * For segment_lists and export --full; the work is in proportion to the account.
 */
#ifndef DAILYSTORY_LISTS_H
#define DAILYSTORY_LISTS_H

#include "base/err.h"
#include "dailystory/csv_rows.h"
#include "state/state.h"

/* lists_write(f, s, e): segments/<slug>.csv for every segment with such a member. */
int lists_write(struct files *f, struct state *s, struct err *e) ERR_MUST;

#endif /* DAILYSTORY_LISTS_H */
