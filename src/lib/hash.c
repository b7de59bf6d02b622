#include "lib/hash.h"

#include <xxhash.h>

struct hash
hash_of(struct str s)
{
	XXH128_hash_t h = XXH3_128bits(s.p, s.n);

	return (struct hash){ .lo = h.low64, .hi = h.high64 };
}

uint64_t
hash_64(struct str s)
{
	return XXH64(s.p, s.n, 0);
}

void
hash_version(struct buf *b)
{
	unsigned v = XXH_versionNumber();

	buf_printf(b, "xxHash %u.%u.%u\n", v / 10000, v / 100 % 100, v % 100);
}
