/* folded_digests.h -- what files of folded snapshots were, and what they are after an erasure.
 *
 * Diffs form a chain, an export's manifest names its diff, and the rows of the state name both:
 * each of them follows when one is another.
 */
#ifndef ERASE_FOLDED_DIGESTS_H
#define ERASE_FOLDED_DIGESTS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"

/* Of one snapshot; empty: as it was. */
struct folded_digest {
	struct str diff, export; /* sha256 of the diff's text, of the export's manifest */
};

/* Zero-initialisable. */
struct folded_digests {
	struct intern ids;
	struct folded_digest *list; /* by the id's number */
	size_t cap;
	struct arena arena;
};

/* folded_digests_put(d, id): the snapshot's, to be filled in with text of d->arena.
 * folded_digests_find: NULL if nothing of it changed. */
struct folded_digest *folded_digests_put(struct folded_digests *d, struct str id);
const struct folded_digest *folded_digests_find(const struct folded_digests *d, struct str id);

/* folded_digests_check(want, text, e): ${want} empty: nothing is known.
 * Errors: ERR_DAMAGED: it is another text's. */
int folded_digests_check(struct str want, struct str text, struct err *e) ERR_MUST;

void folded_digests_release(struct folded_digests *d);

#endif /* ERASE_FOLDED_DIGESTS_H */
