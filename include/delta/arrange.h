/* arrange.h -- long lists of sightings in another order, by several threads.
 *
 * The list is parted into buckets that follow one another in the order wanted
 * and fit a cache each, then every bucket is sorted alone.  That is also what
 * keeps memory low: a list to read from, one to write to and two bytes an
 * entry.
 */
#ifndef DELTA_ARRANGE_H
#define DELTA_ARRANGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "delta/seen.h"

struct arrange {
	/* Never falls along the order wanted; sort decides among equal ones. */
	uint64_t (*rough)(const void *context, const struct seen *s);
	/* A part of the list, exactly; what is equal stays as it stands. */
	void (*sort)(void *context, const struct seen **list, size_t n);
	void *context;
	size_t jobs;
};

/* arrange(by, from, to, n, e): the entries of ${from} in order into ${to}. */
int arrange(const struct arrange *by, const struct seen *const *from, const struct seen **to,
    size_t n, struct err *e) ERR_MUST;

#endif /* DELTA_ARRANGE_H */
