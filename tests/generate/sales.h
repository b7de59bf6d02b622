/* sales.h -- of the generator: the times at which people buy.
 *
 * A shop is open from 8 to 22 o'clock at UTC-7, busier towards the evening,
 * at weekends, and as the months go by.
 */
#ifndef SALES_H
#define SALES_H

#include <stdint.h>

#include "support/text.h"

#define SALES_HISTORY (425 * DAY) /* orders of about 14 months */

/* An iterator over ${count} ascending times within [from, to). */
struct sales {
	int64_t begin; /* of the world: business grows from here */
	int64_t from, to;
	uint64_t step; /* weight between two sales, in 65536ths */
	uint64_t weight, passed;
	int64_t minute;
	uint32_t count, next;
	struct rng rng;
};

void sales_init(
    struct sales *s, int64_t begin, int64_t from, int64_t to, uint32_t count, uint64_t seed);

/* The next time.  To be called ${count} times. */
int64_t sales_next(struct sales *s);

#endif /* SALES_H */
