/* recent_orders.h -- the orders that rules count over a span, of customers as of the last snapshot.
 */
#ifndef TIMEMACHINE_RECENT_ORDERS_H
#define TIMEMACHINE_RECENT_ORDERS_H

#include <stdint.h>

#include "account/terms.h"
#include "base/err.h"
#include "profile/values.h"
#include "segment/segment.h"
#include "state/state.h"

/* Zero-initialisable. */
struct recent_orders {
	struct terms terms; /* of the last snapshot */
	int64_t since;
};

/* recent_orders_begin(a, s, set, as_of, out, e): for rules that may be others than the stored. */
int recent_orders_begin(struct arena *a, struct state *s, const struct segment_set *set,
    int64_t as_of, struct recent_orders *out, struct err *e) ERR_MUST;

/* recent_orders_add(x, a, s, p, e): what the rules count of them, into ${p}. */
int recent_orders_add(const struct recent_orders *x, struct arena *a, struct state *s,
    struct profile *p, struct err *e) ERR_MUST;

void recent_orders_release(struct recent_orders *x);

#endif /* TIMEMACHINE_RECENT_ORDERS_H */
