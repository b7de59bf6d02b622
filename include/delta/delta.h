/* delta.h -- what a snapshot changes: the records that were added, changed and removed.
 *
 * The copies of a snapshot (read_snapshot.h) are compared with the state before it, by contract
 * sections 2 and 5.  Nothing is written here: apply.h writes the state, diff_file.h the diff.
 *
 * Invariants
 *
 *   - Each id is in one operation at most, and operations come by the bytes of their ids.
 *   - A record that means the same is unchanged, however its text is spelled.  If its text or its
 *     location is another, it is refreshed: its row in the state says the new ones.
 *   - A record is removed only where a complete read had to hold it (missing.h).
 *   - A record of which every copy is quarantined is in no list and no count.
 *
 * A delta borrows the copies of the snapshot and must not outlive it.
 */
#ifndef DELTA_DELTA_H
#define DELTA_DELTA_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "delta/read_snapshot.h"
#include "state/state.h"

/* -- Operations -- */

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
	struct place before;     /* changed, removed: where the version before was first read */
	struct str changes;      /* changed: JSON array */
};

/* -- The delta -- */

/* Most of a first snapshot is added, so that has a list of its own, without a struct delta_record
 * each. */
struct delta {
	const struct seen **added[ENTITIES]; /* by id; the list is the snapshot's */
	size_t added_n[ENTITIES];
	struct delta_record *ops[ENTITIES]; /* changed and removed, by id */
	size_t ops_n[ENTITIES];
	const struct seen **refreshed[ENTITIES];
	size_t refreshed_n[ENTITIES];
	uint64_t counts[ENTITIES][4]; /* by enum delta_op */
	uint64_t held_back[ENTITIES]; /* see missing.h */
	struct arena arena;
};

/*
 * delta_find(d, s, in, source, e):
 * Uses up the lists of ${in}: only what was added stays in them.
 * Errors: ERR_DAMAGED if an earlier page that is needed is damaged.
 */
int delta_find(struct delta *d, struct state *s, struct read_snapshot *in,
    const struct read_source *source, struct err *e) ERR_MUST;
void delta_release(struct delta *d);

/* -- Walking over it -- */

/* All operations on one kind of record, by id. */
struct delta_walk {
	const struct delta *d;
	enum entity entity;
	size_t added, ops; /* how many of each have been given; begin with 0 */
};

/* delta_next(w, out): 1 and the next operation, or 0 at the end. */
int delta_next(struct delta_walk *w, struct delta_record *out);

#endif /* DELTA_DELTA_H */
