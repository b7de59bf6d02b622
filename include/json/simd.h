/* simd.h -- where quotes, backslashes, brackets and commas lie, 64 bytes at a time.
 *
 * There is a way for each kind of processor; all give the same answer on every
 * input.
 */
#ifndef JSON_SIMD_H
#define JSON_SIMD_H

#include <stddef.h>
#include <stdint.h>

#define SIMD_BYTES 64

/* Bit i is about byte i. */
struct simd_block {
	uint64_t quote;
	uint64_t backslash;
	uint64_t bracket; /* of both kinds, opening and closing */
	uint64_t comma;
};

enum simd_way {
	SIMD_BEST, /* the fastest this machine has */
	SIMD_PLAIN,
	SIMD_SSE2,
	SIMD_AVX2
};

/* Read ${n} whole blocks at ${p}, which needs no alignment. */
typedef void block_fn(const char *p, size_t n, struct simd_block *out);

/* simd_reader(way): NULL if this machine does not have it. */
block_fn *simd_reader(enum simd_way way);

#endif /* JSON_SIMD_H */
