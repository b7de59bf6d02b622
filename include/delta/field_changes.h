/* field_changes.h -- what differs between each changed record and its version before.
 *
 * The version before is read from the page that holds it, proved by its hash or by the page's
 * digest.
 */
#ifndef DELTA_FIELD_CHANGES_H
#define DELTA_FIELD_CHANGES_H

#include <stddef.h>

#include "base/err.h"
#include "delta/run.h"
#include "state/rows.h"

struct arena;
struct state;

struct field_change {
	struct place before; /* where the version before was first read */
	struct hash hash;    /* of its text, or of a later one that meant the same */
	struct str text;     /* the new one, known to be sound */
	struct str changes;  /* out: the "changes" array; empty: both mean the same */
};

/*
 * field_changes_make(a, s, run, list, n, e):
 * Fill in changes, in ${a}.  The order of the list is kept.
 * Errors: ERR_DAMAGED if an earlier page is no longer what it was.
 */
int field_changes_make(struct arena *a, struct state *s, const struct run *run,
    struct field_change *list, size_t n, struct err *e) ERR_MUST;

#endif /* DELTA_FIELD_CHANGES_H */
