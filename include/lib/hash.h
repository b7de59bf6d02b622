/* hash.h -- XXH3 of 128 bits (xxHash): has a record's text, or an exported row, changed?
 *
 * Fast and no secret: it proves nothing against somebody who wants two texts to have one hash.
 */
#ifndef LIB_HASH_H
#define LIB_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct hash {
	uint64_t lo, hi;
};

struct hash hash_of(struct str s);

/* hash_64(s): XXH64 with seed 0: the checksum of a line of a journal. */
uint64_t hash_64(struct str s);

static inline bool
hash_eq(struct hash a, struct hash b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

/* hash_version(b): a line "xxHash <version>". */
void hash_version(struct buf *b);

#endif /* LIB_HASH_H */
