/* apply_orders.h -- the orders of a delta into their tables: by id, by customer, by creation.
 *
 * Each table is written in the order of its own keys, so that a first run only appends
 * (bulk_write.h).
 */
#ifndef DELTA_APPLY_ORDERS_H
#define DELTA_APPLY_ORDERS_H

#include <stdint.h>

#include "base/err.h"
#include "base/intern.h"
#include "delta/delta.h"
#include "delta/read_snapshot.h"
#include "state/state.h"

/* What a delta concerns beside its own records; zero-initialisable. */
struct apply_affected {
	struct intern customers; /* ids: their record or an order of theirs changed */
	struct intern unknown;   /* unknown fields, by path */
};

/* apply_orders(s, source, in, d, affected, e): every operation on an order. */
int apply_orders(struct state *s, const struct read_source *source, const struct read_snapshot *in,
    const struct delta *d, struct apply_affected *affected, struct err *e) ERR_MUST;

/* apply_orders_refresh(s, seen, location, customers, e): the order means the same, but its text or
 * location is another: its rows say the new ones.  Its customer is added to ${customers} if the
 * location is called otherwise. */
int apply_orders_refresh(struct state *s, const struct seen *seen, uint32_t location,
    struct intern *customers, struct err *e) ERR_MUST;

#endif /* DELTA_APPLY_ORDERS_H */
