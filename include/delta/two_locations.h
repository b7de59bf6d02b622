/* two_locations.h -- orders that came in pages of two locations in one snapshot.
 *
 * Contract section 2: an order is of one location, so one of the two reads is in doubt.  Every copy
 * with a readable id counts, also a quarantined one and one whose text is known; a page without a
 * location says nothing.
 */
#ifndef DELTA_TWO_LOCATIONS_H
#define DELTA_TWO_LOCATIONS_H

#include <stdbool.h>

#include "base/err.h"
#include "delta/merge.h"
#include "delta/read_snapshot.h"

/* two_locations_are_named(source): pages of orders name more than one, so it is worth a look. */
bool two_locations_are_named(const struct read_source *source);

/* two_locations_find(in, source, merged, t, e): fill in in->in_two_locations, after the orders were
 * merged into ${merged} and before known texts among them are dropped; ${t} reads the state before,
 * or is NULL. */
int two_locations_find(struct read_snapshot *in, const struct read_source *source,
    const struct merged *merged, struct kv_txn *t, struct err *e) ERR_MUST;

#endif /* DELTA_TWO_LOCATIONS_H */
