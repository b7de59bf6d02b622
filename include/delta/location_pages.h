/* location_pages.h -- the names of locations as a snapshot's pages say them.
 *
 * A location is known by its importId, else its locationId.  One that is not read again keeps its
 * name; elements that cannot be read are passed over.
 */
#ifndef DELTA_LOCATION_PAGES_H
#define DELTA_LOCATION_PAGES_H

#include "base/err.h"
#include "base/intern.h"
#include "delta/read_page.h"
#include "state/state.h"

/* location_pages_apply(s, source, customers, e): the customers of all orders at a location that is
 * called otherwise now are added to ${customers}. */
int location_pages_apply(struct state *s, const struct read_source *source,
    struct intern *customers, struct err *e) ERR_MUST;

#endif /* DELTA_LOCATION_PAGES_H */
