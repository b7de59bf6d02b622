#include "json/simd.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

/* Brackets of both kinds differ in this bit alone, so one comparison finds
 * two of them. */
#define CURLY 0x20

static void
read_plain(const char *p, size_t n, struct simd_block *out)
{
	for (size_t k = 0; k < n; k++) {
		struct simd_block b = { 0 };

		for (unsigned i = 0; i < SIMD_BYTES; i++, p++) {
			unsigned char c = (unsigned char)*p;
			unsigned char d = c | CURLY;

			b.quote |= (uint64_t)(c == '"') << i;
			b.backslash |= (uint64_t)(c == '\\') << i;
			b.bracket |= (uint64_t)(d == '{' || d == '}') << i;
			b.comma |= (uint64_t)(c == ',') << i;
		}
		out[k] = b;
	}
}

#ifdef __x86_64__
static inline uint64_t
mask_sse2(__m128i v, unsigned at)
{
	return (uint64_t)(unsigned)_mm_movemask_epi8(v) << at;
}

static void
read_sse2(const char *p, size_t n, struct simd_block *out)
{
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i backslash = _mm_set1_epi8('\\');
	const __m128i comma = _mm_set1_epi8(',');
	const __m128i curly = _mm_set1_epi8(CURLY);
	const __m128i open = _mm_set1_epi8('{');
	const __m128i close = _mm_set1_epi8('}');

	for (size_t k = 0; k < n; k++) {
		struct simd_block b = { 0 };

		for (unsigned i = 0; i < SIMD_BYTES; i += 16, p += 16) {
			__m128i v = _mm_loadu_si128((const void *)p);
			__m128i d = _mm_or_si128(v, curly);

			b.quote |= mask_sse2(_mm_cmpeq_epi8(v, quote), i);
			b.backslash |= mask_sse2(_mm_cmpeq_epi8(v, backslash), i);
			b.bracket |= mask_sse2(
			    _mm_or_si128(_mm_cmpeq_epi8(d, open), _mm_cmpeq_epi8(d, close)), i);
			b.comma |= mask_sse2(_mm_cmpeq_epi8(v, comma), i);
		}
		out[k] = b;
	}
}

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline uint64_t
mask_avx2(__m256i v, unsigned at)
{
	return (uint64_t)(unsigned)_mm256_movemask_epi8(v) << at;
}

AVX2 static void
read_avx2(const char *p, size_t n, struct simd_block *out)
{
	const __m256i quote = _mm256_set1_epi8('"');
	const __m256i backslash = _mm256_set1_epi8('\\');
	const __m256i comma = _mm256_set1_epi8(',');
	const __m256i curly = _mm256_set1_epi8(CURLY);
	const __m256i open = _mm256_set1_epi8('{');
	const __m256i close = _mm256_set1_epi8('}');

	for (size_t k = 0; k < n; k++) {
		struct simd_block b = { 0 };

		for (unsigned i = 0; i < SIMD_BYTES; i += 32, p += 32) {
			__m256i v = _mm256_loadu_si256((const void *)p);
			__m256i d = _mm256_or_si256(v, curly);

			b.quote |= mask_avx2(_mm256_cmpeq_epi8(v, quote), i);
			b.backslash |= mask_avx2(_mm256_cmpeq_epi8(v, backslash), i);
			b.bracket |= mask_avx2(_mm256_or_si256(_mm256_cmpeq_epi8(d, open),
			                           _mm256_cmpeq_epi8(d, close)),
			    i);
			b.comma |= mask_avx2(_mm256_cmpeq_epi8(v, comma), i);
		}
		out[k] = b;
	}
}
#endif /* __x86_64__ */

block_fn *
simd_reader(enum simd_way way)
{
#ifdef __x86_64__
	if (way == SIMD_SSE2)
		return read_sse2;
	if (way != SIMD_PLAIN && __builtin_cpu_supports("avx2"))
		return read_avx2;
	if (way == SIMD_BEST)
		return read_sse2;
#endif
	return way == SIMD_PLAIN || way == SIMD_BEST ? read_plain : NULL;
}
