/* sha256.h -- SHA-256 (OpenSSL) for evidence, XXH3 (xxHash) for "has it changed?". */
#ifndef LIB_SHA256_H
#define LIB_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define SHA256_HEX 64

/* Lower-case hexadecimal, terminated. */
struct sha256 {
	char hex[SHA256_HEX + 1];
};

struct sha256 sha256_of(struct str s);

/* In pieces. */
struct sha256_stream;
struct sha256_stream *sha256_new(void);
void sha256_add(struct sha256_stream *s, const void *p, size_t n);
struct sha256 sha256_done(struct sha256_stream *s); /* frees it */

/* XXH3, 128 bits: of the text of a record, of an exported row. */
struct hash {
	uint64_t lo, hi;
};

struct hash hash_of(struct str s);
static inline bool
hash_eq(struct hash a, struct hash b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

#endif /* LIB_SHA256_H */
