/* apply_news.h -- what of a snapshot wants a look, and whether it is new. */
#ifndef DELTA_APPLY_NEWS_H
#define DELTA_APPLY_NEWS_H

#include "base/err.h"
#include "delta/apply.h"
#include "delta/read_snapshot.h"
#include "state/state.h"

/* apply_news(s, in, out, e): fill in in_two_locations, is_in_two_new, is_quarantine_new, and note
 * what there is for the next snapshot. */
int apply_news(struct state *s, const struct read_snapshot *in, struct apply_result *out,
    struct err *e) ERR_MUST;

#endif /* DELTA_APPLY_NEWS_H */
