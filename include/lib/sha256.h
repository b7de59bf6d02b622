/* sha256.h -- SHA-256 (Nettle): what a file was is proved by it. */
#ifndef LIB_SHA256_H
#define LIB_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define SHA256_HEX 64
#define SHA256_BYTES (SHA256_HEX / 2)

/* Lower-case hexadecimal, terminated. */
struct sha256 {
	char hex[SHA256_HEX + 1];
};

struct sha256 sha256_of(struct str s);

/* sha256_hex(raw): SHA256_BYTES as a digest. */
struct sha256 sha256_hex(const uint8_t *raw);

/* sha256_is_hex(s): a digest as people write it, in letters of either case. */
bool sha256_is_hex(struct str s);

/* In pieces. */
struct sha256_stream;
struct sha256_stream *sha256_new(void);
void sha256_add(struct sha256_stream *s, const void *p, size_t n);
struct sha256 sha256_done(struct sha256_stream *s); /* frees it */

/* sha256_version(b): a line "Nettle <version>". */
void sha256_version(struct buf *b);

#endif /* LIB_SHA256_H */
