/* renumber.h -- the numbers of each worker's texts mapped to those of the state.
 *
 * Whichever worker read a text first, it has one number in the state; new texts get theirs in the
 * order of their bytes, so that a rebuild gives the same.
 */
#ifndef DELTA_RENUMBER_H
#define DELTA_RENUMBER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "delta/read_snapshot.h"
#include "state/state.h"

/* One worker's; all lists go by number in its dictionary, 0 being the empty text. */
struct renumber_map {
	uint32_t *words;          /* number in the state */
	bool *is_completed;       /* of a status: an order that has it and is not voided counts */
	uint32_t *buyers;         /* of a customer: the number in the state */
	atomic_bool *is_affected; /* of a customer */
	atomic_bool *is_present;  /* of an unknown field */
};

struct renumber {
	struct renumber_map *workers;
	struct arena arena;
};

/* renumber_find(m, s, in, settings, e): numbers are given out to what is new. */
int renumber_find(struct renumber *m, struct state *s, const struct read_snapshot *in,
    const struct record_settings *settings, struct err *e) ERR_MUST;
void renumber_release(struct renumber *m);

/* renumber_mark(flag): by several threads; most of the time it is set already. */
static inline void
renumber_mark(atomic_bool *flag)
{
	if (!atomic_load_explicit(flag, memory_order_relaxed))
		atomic_store_explicit(flag, true, memory_order_relaxed);
}

#endif /* DELTA_RENUMBER_H */
