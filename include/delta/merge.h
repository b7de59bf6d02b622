/* merge.h -- the copies of all pages as one list by id, each id once. */
#ifndef DELTA_MERGE_H
#define DELTA_MERGE_H

#include <stddef.h>

#include "base/err.h"
#include "delta/seen.h"

struct merged {
	const struct seen **seen; /* by id; of mem_alloc */
	size_t n;
	const struct seen **superseded; /* copies that a later one came after; of mem_alloc */
	size_t superseded_n;
	size_t forms[SEEN_FORMS]; /* how many of each */
};

/*
 * merge_copies(all, n, jobs, out, e):
 * ${all} holds the copies in the manifest's order; of several of one id the last counts (contract,
 * section 2).
 * Owns: frees ${all}, which is of mem_alloc.
 */
int merge_copies(
    const struct seen **all, size_t n, size_t jobs, struct merged *out, struct err *e) ERR_MUST;

#endif /* DELTA_MERGE_H */
