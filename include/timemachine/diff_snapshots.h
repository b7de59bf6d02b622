/* diff_snapshots.h -- the records of two snapshots side by side, as their pages hold them.
 *
 * No state is needed and nothing between the two counts.  A record that only one of them holds is
 * added or removed only if a complete read of the other had to hold it; else it is unknown, with
 * the reason (docs/decisions).
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
#include "account/rules.h"
#include "delta/read_snapshot.h"
#include "state/record_text.h"
#include "delta/complete.h"
#include "snapshot/manifest.h"

/* One of the two. */
struct snapshot_diff_side {
	struct str snapshot;
	struct manifest manifest;
	struct policy policy; /* what was quarantined is by the settings of the time */
	struct intake intake;
	struct source_page *pages; /* as many as the manifest has */
	uint32_t *locations;
	struct proofs proofs[ENTITIES];
};

enum snapshot_diff_op {
	SNAPSHOT_DIFF_ADDED,
	SNAPSHOT_DIFF_CHANGED,
	SNAPSHOT_DIFF_REMOVED,
	SNAPSHOT_DIFF_UNCHANGED,
	SNAPSHOT_DIFF_UNKNOWN,
	SNAPSHOT_DIFF_OPS
};
const char *snapshot_diff_op_name(enum snapshot_diff_op op);

/* A record that is not the same in both. */
struct snapshot_diff_line {
	enum entity entity;
	enum snapshot_diff_op op;
	struct str id;
	const struct sighting *before, *after; /* NULL: that snapshot does not hold it */
	const char *why;                       /* of SNAPSHOT_DIFF_UNKNOWN */
	struct compared compared;              /* of SNAPSHOT_DIFF_CHANGED */
};

/* Zero-initialisable but for what is asked for. */
struct snapshot_diff {
	const char *account;
	size_t jobs;
	struct str only; /* an id; empty: all */
	bool has_entity;
	enum entity entity;
	struct snapshot_diff_side sides[2]; /* before, after */
	struct words locations;
	struct snapshot_diff_line *list; /* customers, then orders, each by id */
	size_t n;
	uint64_t counts[ENTITIES][SNAPSHOT_DIFF_OPS];
	struct arena a;
};

/* snapshot_diff_make(d, before, after, e): ERR_USAGE if there is no such snapshot, ERR_DAMAGED. */
int snapshot_diff_make(
    struct snapshot_diff *d, const char *before, const char *after, struct err *e) ERR_MUST;
void snapshot_diff_release(struct snapshot_diff *d);

/* snapshot_diff_page(side, s): the page a sighting lies in. */
struct str snapshot_diff_page(const struct snapshot_diff_side *side, const struct sighting *s);

#endif /* TIMEMACHINE_DIFF_SNAPSHOTS_H */
