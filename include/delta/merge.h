/* merge.h -- the copies of all pages as one list by id, each id once. */
#ifndef DELTA_MERGE_H
#define DELTA_MERGE_H

#include <stddef.h>

#include "base/err.h"
#include "delta/read_page.h"
#include "delta/seen.h"
#include "delta/text_index.h"

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

/* merge_pages(pages, m, entity, jobs, out, e): the same of what those pages gave of the entity. */
int merge_pages(const struct read_page *pages, const struct manifest *m, enum entity entity,
    size_t jobs, struct merged *out, struct err *e) ERR_MUST;

/*
 * merge_known(a, m, k, locations, t, e):
 * Of what was read by text: copies that a known text came after leave the list, and orders whose
 * known text was read under another location are added after all others, in ${a}; what else ${k}
 * has marked is counted.
 */
int merge_known(struct arena *a, struct merged *m, struct text_index *k, const uint32_t *locations,
    struct kv_txn *t, struct err *e) ERR_MUST;

#endif /* DELTA_MERGE_H */
