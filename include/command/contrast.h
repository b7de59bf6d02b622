/* contrast.h -- the records of two snapshots side by side, as their pages hold them.
 *
 * No state is needed and nothing between the two counts.  A record that only one of them holds is added or removed
 * only if a complete read of the other had to hold it; else it is unknown, with the reason (docs/decisions).
 */
#ifndef COMMAND_CONTRAST_H
#define COMMAND_CONTRAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/words.h"
#include "command/compared.h"
#include "command/policy.h"
#include "ledger/intake.h"
#include "ledger/quote.h"
#include "snapshot/manifest.h"

/* One of the two. */
struct contrast_side {
	struct str snapshot;
	struct manifest manifest;
	struct policy policy;      /* what was quarantined is by the settings of the time */
	struct intake intake;
	struct source_page *pages; /* as many as the manifest has */
	uint32_t *locations;
	struct proof *proofs[ENTITIES];
	size_t proofs_n[ENTITIES];
};

enum contrast_op {
	CONTRAST_ADDED,
	CONTRAST_CHANGED,
	CONTRAST_REMOVED,
	CONTRAST_UNCHANGED,
	CONTRAST_UNKNOWN,
	CONTRAST_OPS
};
const char *contrast_op_name(enum contrast_op op);

/* A record that is not the same in both. */
struct contrast_line {
	enum entity entity;
	enum contrast_op op;
	struct str id;
	const struct sighting *before, *after; /* NULL: that snapshot does not hold it */
	const char *why;                       /* of CONTRAST_UNKNOWN */
	struct compared compared;              /* of CONTRAST_CHANGED */
};

/* Zero-initialisable but for what is asked for. */
struct contrast {
	const char *account;
	size_t jobs;
	struct str only;                 /* an id; empty: all */
	bool has_entity;
	enum entity entity;
	struct contrast_side sides[2];   /* before, after */
	struct words locations;
	struct contrast_line *list;      /* customers, then orders, each by id */
	size_t n;
	uint64_t counts[ENTITIES][CONTRAST_OPS];
	struct arena a;
};

/* contrast_make(c, before, after, e): ERR_USAGE if there is no such snapshot, ERR_DAMAGED. */
int contrast_make(struct contrast *c, const char *before, const char *after,
    struct err *e) ERR_MUST;
void contrast_release(struct contrast *c);

/* contrast_page(side, s): the page a sighting lies in. */
struct str contrast_page(const struct contrast_side *side,
    const struct sighting *s);

#endif /* COMMAND_CONTRAST_H */
