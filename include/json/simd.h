/* simd.h -- 64 bytes of a page at a time: where the bytes that shape it lie.
 *
 * There are several ways to look, for several processors; all give the same
 * answer on every input.
 */
#ifndef JSON_SIMD_H
#define JSON_SIMD_H

#include <stddef.h>
#include <stdint.h>

#define BLOCK_BYTES 64

/* Bit i speaks of byte i. */
struct block {
	uint64_t quote;
	uint64_t backslash;
	uint64_t bracket; /* of both kinds, opening and closing */
	uint64_t comma;
};

enum block_way {
	BLOCK_BEST, /* the fastest this machine has */
	BLOCK_PLAIN,
	BLOCK_SSE2,
	BLOCK_AVX2
};

/* Read ${n} whole blocks at ${p}, which needs no alignment. */
typedef void block_fn(const char *p, size_t n, struct block *out);

/* block_reader(way): NULL if this machine has it not. */
block_fn *block_reader(enum block_way way);

#endif /* JSON_SIMD_H */
