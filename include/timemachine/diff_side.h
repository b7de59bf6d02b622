/* diff_side.h -- one of two sides that are compared: a snapshot, or a base that is kept in place of
 * one.
 *
 * A snapshot holds the records that were read with it; a base those that were known with it, and no
 * other was known (docs/decisions/0065-a-base-is-what-was-known.md).
 */
#ifndef TIMEMACHINE_DIFF_SIDE_H
#define TIMEMACHINE_DIFF_SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account/terms.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "bases/fold_reader.h"
#include "delta/complete.h"
#include "delta/read_snapshot.h"
#include "lib/hash.h"
#include "snapshot/manifest.h"
#include "state/record_text.h"

struct diff_side_record {
	struct str id;
	struct hash hash;  /* of its text */
	uint32_t page;     /* the position in pages */
	uint32_t index;    /* of the record in it */
	uint32_t location; /* a number of locations; 0: none is named */
	int64_t created;   /* us; of an order */
};

/* The first members say what is asked for, the rest is zero. */
struct diff_side {
	const char *account;
	size_t jobs;
	struct str only;          /* an id; empty: all */
	struct intern *locations; /* of both sides */
	struct str snapshot;      /* the id */
	struct str manifest_sha256;
	bool is_base;
	struct diff_side_record *list[ENTITIES]; /* by id */
	size_t n[ENTITIES];
	struct source_page *pages;
	/* of a snapshot */
	struct manifest manifest;
	struct terms terms; /* of the time, so that the same records are quarantined */
	struct read_snapshot in;
	uint32_t *page_locations;
	struct complete_scopes complete[ENTITIES];
	/* of a base */
	struct fold_reader reader;
	struct arena a;
};

/*
 * diff_side_load(side, id, e):
 * Release ${side} in any case.
 * Errors: ERR_USAGE: there never was such a snapshot; ERR_FAILED: it was pruned, and no base is
 *         kept of it; ERR_DAMAGED.
 */
int diff_side_load(struct diff_side *side, const char *id, struct err *e) ERR_MUST;

/* diff_side_reread(side, e): now with all records at fault, whatever only says: one that is absent
 * may be among them.  Nothing is at fault in a base. */
int diff_side_reread(struct diff_side *side, struct err *e) ERR_MUST;

/* diff_side_holds(side, entity, id): it was seen, sound or not. */
bool diff_side_holds(const struct diff_side *side, enum entity entity, struct str id);

/* diff_side_page(side, r): the path of the page that holds it. */
struct str diff_side_page(const struct diff_side *side, const struct diff_side_record *r);

/* diff_side_source(a, side, r): where record_text_read finds it. */
const struct source_page *diff_side_source(
    struct arena *a, const struct diff_side *side, const struct diff_side_record *r);

void diff_side_release(struct diff_side *side);

#endif /* TIMEMACHINE_DIFF_SIDE_H */
