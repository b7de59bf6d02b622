/* estimate.h -- how many calls a first read will take, and how long.
 *
 * A few calls are made to find out: one page of all orders of each location tells how many there
 * are, since when, and how long such a page takes; of customers, who have no total, the end of the
 * list is looked for by doubling.  Orders are taken to be spread evenly since the first one.
 * Customers whom no list names come on top.  A call of these that fails is not repeated.
 */
#ifndef FLOWHUB_ESTIMATE_H
#define FLOWHUB_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "flowhub/client.h"
#include "flowhub/plan.h"

struct estimate {
	bool is_known;  /* false: a probe failed, calls is the least there can be, us 0 */
	uint64_t calls; /* still to be made */
	int64_t us;     /* that they take */
};

/* estimate_make(c, p, done, out): of the steps of ${p} that are not ${done}. */
void estimate_make(struct client *c, const struct plan *p, const bool *done, struct estimate *out);

/* estimate_text(x, b): "about 1740 calls, 22 min", or "at least 846 calls". */
void estimate_text(const struct estimate *x, struct buf *b);

#endif /* FLOWHUB_ESTIMATE_H */
