/* renumber.h -- what the numbers in facts are to the state.
 *
 * Facts name texts by the numbers of their thread's lexicon; whoever read a
 * text first, it has one number in the state.
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

/* All lists go by number in the lexicon; 0 is the empty text. */
struct renumber_map {
	uint32_t *words;         /* number in the state */
	bool *is_completed;      /* of a status: an order that has it and is not
	                            voided */
	uint32_t *buyers;        /* of a customer: the number in the state */
	atomic_bool *is_touched; /* of a customer */
	atomic_bool *is_named;   /* of an unknown field */
};

struct renumber {
	struct renumber_map *list; /* by lexicon */
	struct arena arena;
};

/* renumber_find(m, s, in, settings, e): words that are new get their numbers in
 * the order of their bytes. */
int renumber_find(struct renumber *m, struct state *s, const struct read_snapshot *in,
    const struct record_settings *settings, struct err *e) ERR_MUST;
void renumber_release(struct renumber *m);

/* renumber_mark(flag): by several threads, most of the time not the first. */
static inline void
renumber_mark(atomic_bool *flag)
{
	if (!atomic_load_explicit(flag, memory_order_relaxed))
		atomic_store_explicit(flag, true, memory_order_relaxed);
}

#endif /* DELTA_RENUMBER_H */
