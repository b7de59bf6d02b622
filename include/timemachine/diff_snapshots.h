/* diff_snapshots.h -- what differs between the records of two snapshots, straight from their pages.
 *
 * No state is needed, and what lies between the two does not count.  A record that only one of them
 * holds is added or removed only if a complete read of the other had to hold it; else it is
 * unknown, with the reason (docs/decisions/0007-what-two-snapshots-do-not-prove.md).  A base that
 * is kept stands for what was known with its snapshot
 * (docs/decisions/0065-a-base-is-what-was-known.md).
 */
#ifndef TIMEMACHINE_DIFF_SNAPSHOTS_H
#define TIMEMACHINE_DIFF_SNAPSHOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "timemachine/diff_records.h"
#include "timemachine/diff_side.h"

enum diff_snapshots_op {
	SNAPSHOT_DIFF_ADDED,
	SNAPSHOT_DIFF_CHANGED,
	SNAPSHOT_DIFF_REMOVED,
	SNAPSHOT_DIFF_UNCHANGED,
	SNAPSHOT_DIFF_UNKNOWN,
	SNAPSHOT_DIFF_OPS
};
const char *diff_snapshots_op_name(enum diff_snapshots_op op);

/* A record that is not the same in both. */
struct diff_snapshots_record {
	enum entity entity;
	enum diff_snapshots_op op;
	struct str id;
	const struct diff_side_record *before, *after; /* NULL: that side does not hold it */
	const char *why;             /* of SNAPSHOT_DIFF_UNKNOWN, and where a base lacks it */
	struct diff_records changes; /* of SNAPSHOT_DIFF_CHANGED */
};

/* The first members say what is asked for, the rest is zero. */
struct diff_snapshots {
	const char *account;
	size_t jobs;
	struct str only; /* an id; empty: all */
	bool has_entity;
	enum entity entity;
	struct diff_side sides[2]; /* before, after */
	struct intern locations;
	struct diff_snapshots_record *list; /* customers, then orders, each by id */
	size_t n;
	uint64_t counts[ENTITIES][SNAPSHOT_DIFF_OPS];
	struct arena a;
};

/* diff_snapshots_make(d, before, after, e): errors as diff_side_load. */
int diff_snapshots_make(
    struct diff_snapshots *d, const char *before, const char *after, struct err *e) ERR_MUST;
void diff_snapshots_release(struct diff_snapshots *d);

#endif /* TIMEMACHINE_DIFF_SNAPSHOTS_H */
