/* delta.h -- what a snapshot changes: records added, changed, removed.
 *
 * The sightings of an intake against the state before it, by contract sections 2 and 5.  Nothing is
 * written here.
 */
#ifndef DELTA_DELTA_H
#define DELTA_DELTA_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "delta/read_snapshot.h"
#include "state/state.h"

/* Also the order of the counts in struct applied. */
enum delta_op {
	DELTA_ADDED,
	DELTA_CHANGED,
	DELTA_REMOVED,
	DELTA_UNCHANGED
};
const char *delta_op_name(enum delta_op op);

struct delta_record {
	enum delta_op op;
	struct str id;
	const struct seen *seen; /* NULL when removed */
	struct place before;     /* changed, removed */
	struct str changes;      /* changed: JSON array */
};

struct delta {
	/* What was added, by id: a sighting says all of it.  The intake's list, of which the rest
	 * is gone. */
	const struct seen **added[ENTITIES];
	size_t added_n[ENTITIES];
	struct delta_record *ops[ENTITIES]; /* what was changed and removed, by id */
	size_t ops_n[ENTITIES];
	/* Unchanged in meaning, but the text or the location is another: the row is brought up to
	 * date. */
	const struct seen **refreshed[ENTITIES];
	size_t refreshed_n[ENTITIES];
	uint64_t counts[ENTITIES][4];
	struct arena arena;
};

/*
 * delta_find(d, s, in, source, e):
 * Uses up the lists of what was seen: only what is new stays in them.
 * Errors: ERR_DAMAGED if an earlier page that is needed is damaged.
 */
int delta_find(struct delta *d, struct state *s, struct read_snapshot *in,
    const struct read_source *source, struct err *e) ERR_MUST;
void delta_release(struct delta *d);

/* All operations on one kind of record, by id: delta_next gives 1 and the next one, or 0 at the
 * end. */
struct delta_walk {
	const struct delta *d;
	enum entity entity;
	size_t added, ops; /* so many are behind */
};
int delta_next(struct delta_walk *w, struct delta_record *out);

#endif /* DELTA_DELTA_H */
