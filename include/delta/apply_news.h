/* apply_news.h -- what of a snapshot needs a look, and whether it is new. */
#ifndef DELTA_APPLY_NEWS_H
#define DELTA_APPLY_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "delta/read_snapshot.h"
#include "state/state.h"

struct apply_news {
	uint64_t in_two_locations; /* order ids that came in pages of two locations */
	bool is_in_two_new;        /* one of them did not with the snapshot before */
	bool is_quarantine_new;    /* nor was one of the quarantined records */
};

/* apply_news(s, in, out, e): also notes what there is, for the next snapshot. */
int apply_news(struct state *s, const struct read_snapshot *in, struct apply_news *out,
    struct err *e) ERR_MUST;

#endif /* DELTA_APPLY_NEWS_H */
