/* known_blocks.h -- the blocks of pages read before, found by the hash of their stored bytes.
 *
 * A full snapshot comes with the same pages again, a few records and the total in each of them
 * changed: most blocks are the bytes they were.  One whose texts are all known still holds nothing
 * new, and is not inflated (docs/decisions/0080-a-block-that-is-known.md).
 *
 * Threads: one builds it; after that any number may find.
 */
#ifndef DELTA_KNOWN_BLOCKS_H
#define DELTA_KNOWN_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/pack.h"
#include "base/str.h"
#include "lib/hash.h"
#include "record/record.h"
#include "snapshot/page_parts.h"

struct kv_txn;

struct known_block {
	struct hash hash;
	struct str texts;   /* for page_cache_hashes; borrowed from the state, as are ... */
	struct str lengths; /* ... the bytes of each text, as page_cache_lengths has them */
	uint32_t text;      /* bytes of text */
};

/* Zero-initialisable. */
struct known_blocks {
	struct known_block *list; /* by hash */
	size_t n, cap;
	const struct known_block **by_first; /* by the hash of the first text */
};

/* known_blocks_build(k, t, entity, e): of the pages that are remembered; lives no longer than
 * ${t}. */
int known_blocks_build(
    struct known_blocks *k, struct kv_txn *t, enum entity entity, struct err *e) ERR_MUST;

/* known_blocks_find(k, hash): or NULL. */
const struct known_block *known_blocks_find(const struct known_blocks *k, struct hash hash);

/* Through the texts of a block that began with the same one; .blocks is the caller's to fill in. */
struct known_blocks_walk {
	const struct known_blocks *blocks;
	const struct known_block *at;
	struct unpack lengths;
	size_t next;
};

/* known_blocks_expected(w): what of a page that comes again with a few records changed may be
 * expected; lives no longer than ${w}. */
struct page_expected known_blocks_expected(struct known_blocks_walk *w);

void known_blocks_release(struct known_blocks *k);

#endif /* DELTA_KNOWN_BLOCKS_H */
