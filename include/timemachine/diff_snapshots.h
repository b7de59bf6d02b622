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
#include "account/terms.h"
#include "delta/read_snapshot.h"
#include "state/record_text.h"
#include "delta/complete.h"
#include "snapshot/manifest.h"

/* One of the two. */
struct diff_side {
	struct str snapshot;
	struct manifest manifest;
	struct terms policy; /* what was quarantined is by the settings of the time */
	struct read_snapshot intake;
	struct source_page *pages; /* as many as the manifest has */
	uint32_t *locations;
	struct complete_scopes proofs[ENTITIES];
};

enum diff_op {
	SNAPSHOT_DIFF_ADDED,
	SNAPSHOT_DIFF_CHANGED,
	SNAPSHOT_DIFF_REMOVED,
	SNAPSHOT_DIFF_UNCHANGED,
	SNAPSHOT_DIFF_UNKNOWN,
	SNAPSHOT_DIFF_OPS
};
const char *diff_snapshots_op_name(enum diff_op op);

/* A record that is not the same in both. */
struct diff_line {
	enum entity entity;
	enum diff_op op;
	struct str id;
	const struct seen *before, *after; /* NULL: that snapshot does not hold it */
	const char *why;                   /* of SNAPSHOT_DIFF_UNKNOWN */
	struct diff_records compared;      /* of SNAPSHOT_DIFF_CHANGED */
};

/* Zero-initialisable but for what is asked for. */
struct diff_snapshots {
	const char *account;
	size_t jobs;
	struct str only; /* an id; empty: all */
	bool has_entity;
	enum entity entity;
	struct diff_side sides[2]; /* before, after */
	struct intern locations;
	struct diff_line *list; /* customers, then orders, each by id */
	size_t n;
	uint64_t counts[ENTITIES][SNAPSHOT_DIFF_OPS];
	struct arena a;
};

/* diff_snapshots_make(d, before, after, e): ERR_USAGE if there is no such snapshot, ERR_DAMAGED. */
int diff_snapshots_make(
    struct diff_snapshots *d, const char *before, const char *after, struct err *e) ERR_MUST;
void diff_snapshots_release(struct diff_snapshots *d);

/* diff_snapshots_page(side, s): the page a sighting lies in. */
struct str diff_snapshots_page(const struct diff_side *side, const struct seen *s);

#endif /* TIMEMACHINE_DIFF_SNAPSHOTS_H */
