/* missing.h -- which known records a snapshot removes.
 *
 * Contract section 2: a record is removed only if a complete read had to hold it (complete.h) and
 * it is neither seen nor quarantined.
 */
#ifndef DELTA_MISSING_H
#define DELTA_MISSING_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "delta/read_snapshot.h"
#include "state/state.h"

struct arena;

struct missing_record {
	struct str id;
	struct place before;
};

struct missing {
	struct missing_record *list; /* by id, each once */
	size_t n;
	uint64_t held_back; /* known, and missing too, but only from reads that hold a quarantined
	                     * record without a readable id, which may be any of them */
};

/* missing_find(a, s, in, source, entity, out, e): all in ${a}. */
int missing_find(struct arena *a, struct state *s, const struct read_snapshot *in,
    const struct read_source *source, enum entity entity, struct missing *out,
    struct err *e) ERR_MUST;

#endif /* DELTA_MISSING_H */
