/* origins.h -- where the text of a record lies whose snapshot was pruned.
 *
 * A place in the state names the snapshot, page and index where a version was first read, and stays
 * as it is for ever, because diffs name it.  Once that snapshot is folded into a base, the text is
 * read from a page of the base.  The table is derived from the base alone: no digest of the state
 * counts it, and only the newest base in use is in it.
 */
#ifndef STATE_ORIGINS_H
#define STATE_ORIGINS_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "snapshot/manifest.h"
#include "state/rows.h"
#include "state/state.h"

/* The base whose pages stand for those of the snapshots up to it. */
struct origins_base {
	struct str id;   /* the snapshot it was made at */
	uint32_t number; /* that snapshot's number */
};

/* A record of a base. */
struct origin {
	struct str base, path, sha256; /* the page, in bases/<base>/; borrowed from the state */
	enum resource resource;
	uint32_t index; /* in that page */
};

/* origins_base(s, out, e): 1, or 0 if no snapshot of the state was pruned; -1. */
int origins_base(struct state *s, struct origins_base *out, struct err *e) ERR_MUST;

/* origins_find(s, place, out, e): 1; 0 if the base does not hold the version; -1. */
int origins_find(struct state *s, struct place place, struct origin *out, struct err *e) ERR_MUST;

/* origins_begin(s, base, e): in place of all there were.  origins_page: page ${n} of the base;
 * origins_put: a record of that page, where it was first read. */
int origins_begin(struct state *s, const struct origins_base *base, struct err *e) ERR_MUST;
int origins_page(struct state *s, uint32_t n, struct str path, struct str sha256,
    enum resource resource, struct err *e) ERR_MUST;
int origins_put(
    struct state *s, struct place place, uint32_t n, uint32_t index, struct err *e) ERR_MUST;

#endif /* STATE_ORIGINS_H */
