/* verify_snapshots.h -- checks the manifests, diffs and exports of an account against one another.
 *
 * The digest of a snapshot's manifest, of its diff and of its export's manifest stand in each
 * other, in the next diff and in the state.  A file is at fault if none of those digests is its
 * own.
 */
#ifndef TIMEMACHINE_VERIFY_SNAPSHOTS_H
#define TIMEMACHINE_VERIFY_SNAPSHOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "snapshot/manifest.h"
#include "timemachine/finding.h"
#include "timemachine/verify_state.h"

struct arena;

enum verify_part {
	PART_MANIFEST,
	PART_DIFF,
	PART_EXPORT,
	PARTS
};

#define VERIFY_EXPECTED_MAX 4

/* One of the three files. */
struct verify_file {
	struct str file; /* in the account */
	bool is_there;
	bool is_sound;     /* it could be read */
	bool is_right;     /* and its digest is an expected one, where there are any */
	struct str sha256; /* of a diff: of the uncompressed bytes */
	struct err why;    /* if it is there and not sound */
	struct str expected[VERIFY_EXPECTED_MAX]; /* digests; the state's comes first */
	size_t expected_n;
};

struct verify_snapshot {
	struct str id;
	bool is_pruned;  /* it was folded into a base; pruned.jsonl.gz has its manifest */
	bool is_applied; /* the state says so, or without one its export, or a later diff */
	struct verify_file parts[PARTS];
	struct manifest manifest; /* if it is sound */
	struct str export_text;   /* the export's manifest.json */
	struct str previous;      /* the snapshot before, says the diff; empty: the first */
	bool is_followed;         /* a later diff names it as the one before */
	bool lacks_previous;      /* nothing is left of that one */
	const struct verify_state_snapshot *in_state; /* or NULL */
};

/* verify_snapshots_read(a, account, state, list, n, e): by id, all that snapshots/, diffs/,
 * exports/ and ${state} name; ${state} is borrowed. */
int verify_snapshots_read(struct arena *a, const char *account, const struct verify_state *state,
    struct verify_snapshot **list, size_t *n, struct err *e) ERR_MUST;

/* verify_snapshots(list, n, f): the findings about the three files of each; is_right is set. */
void verify_snapshots(struct verify_snapshot *list, size_t n, struct findings *f);

#endif /* TIMEMACHINE_VERIFY_SNAPSHOTS_H */
