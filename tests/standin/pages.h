/* pages.h -- the answers of the real paths, as text. */
#ifndef STANDIN_PAGES_H
#define STANDIN_PAGES_H

#include <stdint.h>
#include <stdio.h>

#include "fault.h"
#include "world.h"

/* What a list call asked for; NULL where a parameter was not given. */
struct query {
	const char *created_after, *created_before, *updated_after, *updated_before;
	size_t page, size;
};

/* How the filter by created date reads a day. */
struct filter {
	long zone_minutes; /* of the days, east of UTC */
	bool is_inclusive; /* the last day counts */
};

/* Each returns the status; the body is written to ${f}. */
unsigned pages_orders(struct world *w, const struct filter *x, const char *location,
    const struct query *q, const struct fault *fault, FILE *f);
unsigned pages_customers(
    struct world *w, const struct query *q, const struct fault *fault, FILE *f);
unsigned pages_customer(struct world *w, const char *id, FILE *f);

#endif /* STANDIN_PAGES_H */
