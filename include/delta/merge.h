/* merge.h -- the sightings of all pages as one list by id. */
#ifndef DELTA_MERGE_H
#define DELTA_MERGE_H

#include <stddef.h>

#include "base/err.h"
#include "delta/seen.h"

struct merged {
	const struct seen **seen; /* by id; of mem_alloc */
	size_t n;
	size_t sights[SEEN_FORMS]; /* how many of each */
};

/*
 * merge_copies(all, n, jobs, out, e):
 * ${all}, of mem_alloc, is freed; its entries come in the manifest's order, and
 * of copies of an id the last counts (contract, section 2): the others are
 * passed over.
 */
int merge_copies(
    const struct seen **all, size_t n, size_t jobs, struct merged *out, struct err *e) ERR_MUST;

#endif /* DELTA_MERGE_H */
