/* apply_orders.h -- the orders of a delta into their tables: by id, by customer, by
 * creation.
 *
 * Each table is written in the order of its own keys: a first run then only
 * appends.
 */
#ifndef DELTA_APPLY_ORDERS_H
#define DELTA_APPLY_ORDERS_H

#include <stdint.h>

#include "base/err.h"
#include "base/intern.h"
#include "delta/delta.h"
#include "delta/read_snapshot.h"
#include "state/state.h"

/* What is gathered while a delta is applied; zero-initialisable. */
struct touching {
	struct intern customers; /* whose record or orders changed */
	struct intern unknown;   /* fields nobody knows, by path */
};

/* touching_unknown(t, lexicon, list): the fields a sighting's facts name. */
void touching_unknown(struct touching *t, const struct seen_dictionary *lexicon, struct str list);
void touching_release(struct touching *t);

/* apply_orders(s, source, in, d, touching, e): every operation on an order. */
int apply_orders(struct state *s, const struct read_source *source, const struct read_snapshot *in,
    const struct delta *d, struct touching *touching, struct err *e) ERR_MUST;

/* apply_orders_refresh(s, seen, location, e): the text is another but means the same,
 * or lies under another location: hash and location follow. */
int apply_orders_refresh(
    struct state *s, const struct seen *seen, uint32_t location, struct err *e) ERR_MUST;

#endif /* DELTA_APPLY_ORDERS_H */
