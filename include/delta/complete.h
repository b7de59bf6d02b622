/* complete.h -- what the complete reads of a snapshot had to hold.
 *
 * A complete scope had to hold every record that belongs to it (contract, section 2).  One that
 * holds a quarantined record without a readable id is left out: that record may be any of them.
 */
#ifndef DELTA_COMPLETE_H
#define DELTA_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "delta/read_snapshot.h"

struct arena;

/* Orders: all of a location that were created from ${from} to ${last}, both included.  Customers:
 * all. */
struct complete_scope {
	uint32_t location;
	int64_t from, last; /* us; of SCOPE_ALL the least and the greatest */
};

/* What several reads cover together: by location and time; those of one location neither overlap
 * nor touch. */
struct complete_scopes {
	enum entity entity;
	struct complete_scope *list;
	size_t n;
};

/* complete_find(a, in, source, entity): those of a snapshot, in ${a}. */
struct complete_scopes complete_find(struct arena *a, const struct read_snapshot *in,
    const struct read_source *source, enum entity entity);

/* complete_find_doubtful(a, in, source, entity): the same, those included that hold a quarantined
 * record without a readable id. */
struct complete_scopes complete_find_doubtful(struct arena *a, const struct read_snapshot *in,
    const struct read_source *source, enum entity entity);

/* complete_cover(p, location, created): one of the reads had to hold such a record; of a customer
 * neither matters.  Cost: a binary search. */
bool complete_cover(const struct complete_scopes *p, uint32_t location, int64_t created);

/* complete_is_whole(p): it is of all times. */
bool complete_is_whole(const struct complete_scope *p);

#endif /* DELTA_COMPLETE_H */
