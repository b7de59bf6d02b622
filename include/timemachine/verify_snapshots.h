/* verify_snapshots.h -- what the files of an account say of one another.
 *
 * A snapshot's manifest, its diff and its export's manifest are named by digest in each other, in
 * the next diff and in the state.  A file at fault is one that none of those who name it would know
 * again.
 */
#ifndef TIMEMACHINE_VERIFY_SNAPSHOTS_H
#define TIMEMACHINE_VERIFY_SNAPSHOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "timemachine/finding.h"
#include "timemachine/verify_state.h"
#include "snapshot/manifest.h"

struct arena;

enum part {
	PART_MANIFEST,
	PART_DIFF,
	PART_EXPORT,
	PARTS
};

#define CLAIMS_MAX 4

/* One of the three files. */
struct verify_file {
	struct str file;               /* in the account */
	bool is_there, is_sound;       /* sound: it could be read */
	struct str sha256;             /* of a diff: of the uncompressed bytes */
	struct err why;                /* if it is there and not sound */
	struct str claims[CLAIMS_MAX]; /* digests that others give for it */
	size_t claims_n;
	bool is_right; /* sound, and what is claimed of it */
};

/* All that concerns one snapshot. */
struct verify_snapshots {
	struct str id;
	bool is_applied; /* the state says so, or without one its export, or a later diff */
	struct verify_file parts[PARTS];
	struct manifest manifest; /* if it is sound */
	struct str export_text;   /* the export's manifest.json */
	struct str previous;      /* the snapshot before, says the diff; empty: the first */
	bool is_followed;         /* a later diff names it as the one before */
	bool lacks_previous;      /* nothing is left of that one */
	const struct verify_claim *state_claim; /* or NULL */
};

/*
 * verify_snapshots_gather(a, account, claims, list, n, e):
 * By id, of everything in snapshots/, diffs/, exports/ and the state; ${claims} is borrowed.
 */
int verify_snapshots_gather(struct arena *a, const char *account, const struct verify_state *claims,
    struct verify_snapshots **list, size_t *n, struct err *e) ERR_MUST;

/* verify_snapshots_judge(list, n, f): the findings about the three files of each; is_right is set.
 */
void verify_snapshots_judge(struct verify_snapshots *list, size_t n, struct findings *f);

#endif /* TIMEMACHINE_VERIFY_SNAPSHOTS_H */
