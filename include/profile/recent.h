/* recent.h -- the orders that rules count over a span, with the texts that rules compare.
 */
#ifndef PROFILE_RECENT_H
#define PROFILE_RECENT_H

#include "base/err.h"
#include "profile/totals.h"
#include "profile/values.h"
#include "state/state.h"

struct arena;

/* recent_fill(a, s, t, p, e): the orders that ${t} listed, into ${p}. */
int recent_fill(struct arena *a, struct state *s, const struct order_totals *t, struct profile *p,
    struct err *e) ERR_MUST;

#endif /* PROFILE_RECENT_H */
