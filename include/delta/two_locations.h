/* two_locations.h -- orders that came in pages of two locations in one snapshot.
 *
 * Contract section 2: an order is of one location, so one of the two reads is in doubt.  Every copy
 * with a readable id counts, also a quarantined one and one whose text is known; a page without a
 * location says nothing.
 */
#ifndef DELTA_TWO_LOCATIONS_H
#define DELTA_TWO_LOCATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "delta/merge.h"
#include "delta/quarantine.h"
#include "delta/read_page.h"
#include "delta/text_index.h"

struct arena;

/* two_locations_are_named(source): pages of orders name more than one, so it is worth a look. */
bool two_locations_are_named(const struct read_source *source);

/* Everything is borrowed. */
struct two_locations {
	const struct read_source *source;
	const struct merged *orders;
	const struct text_index *known; /* of orders; on if they were read by text */
	const struct quarantine *quarantine;
	struct kv_txn *txn; /* the state before; NULL: nothing is known */
};

/* two_locations_find(a, from, ids, n, e): the orders, sorted, each once; in ${a}. */
int two_locations_find(struct arena *a, const struct two_locations *from, struct str **ids,
    size_t *n, struct err *e) ERR_MUST;

#endif /* DELTA_TWO_LOCATIONS_H */
