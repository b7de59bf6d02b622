/* segment_preview.h -- the segments that other rules would give, customer after customer.
 *
 *     segment_preview_begin(&p, s, &rules, e);
 *     while ((rc = segment_preview_next(&p, e)) > 0)
 *             … p.id, p.member …
 *     segment_preview_end(&p);
 */
#ifndef TIMEMACHINE_SEGMENT_PREVIEW_H
#define TIMEMACHINE_SEGMENT_PREVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "segment/segment.h"
#include "state/state.h"
#include "timemachine/recent_orders.h"

/* Zero-initialisable. */
struct segment_preview {
	/* the customer in hand, borrowed until the next */
	struct str id;
	struct contact_status status; /* with what they are a member of by the stored rules */
	bool *member;                 /* by rule */
	/* its own */
	struct state *s;
	const struct segment_set *rules;
	int64_t as_of; /* of the last snapshot applied */
	struct recent_orders recent;
	struct kv_cursor *cursor;
	struct arena a, scratch;
};

/* segment_preview_begin(p, s, rules, e): as of the last snapshot applied, of which there is one.
 * End it in any case. */
int segment_preview_begin(struct segment_preview *p, struct state *s,
    const struct segment_set *rules, struct err *e) ERR_MUST;

/* segment_preview_next(p, e): 1 with the next customer, by id; 0 at the end; -1. */
int segment_preview_next(struct segment_preview *p, struct err *e) ERR_MUST;

void segment_preview_end(struct segment_preview *p);

#endif /* TIMEMACHINE_SEGMENT_PREVIEW_H */
