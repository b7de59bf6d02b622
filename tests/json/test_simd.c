/* Goal: every way of reading a block finds the same bytes, those it is told to
 * find and no others, at any alignment and without a step beyond the end. */
#include "json/simd.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS 5

static void
expect_masks(const struct simd_block *b, const char *p, const char *way)
{
	for (unsigned i = 0; i < SIMD_BYTES; i++) {
		char c = p[i];
		bool is_bracket = c == '[' || c == ']' || c == '{' || c == '}';

		cr_expect_eq(
		    b->quote >> i & 1, c == '"', "%s: quote, byte %#x", way, (unsigned char)c);
		cr_expect_eq(b->backslash >> i & 1, c == '\\', "%s: backslash, byte %#x", way,
		    (unsigned char)c);
		cr_expect_eq(b->bracket >> i & 1, is_bracket, "%s: bracket, byte %#x", way,
		    (unsigned char)c);
		cr_expect_eq(
		    b->comma >> i & 1, c == ',', "%s: comma, byte %#x", way, (unsigned char)c);
	}
}

/* Memory of exactly this size, so that a step beyond is seen. */
static void
check_text(const char *text, size_t n)
{
	static const char *const names[] = { "best", "plain", "sse2", "avx2" };
	char *p = malloc(n * SIMD_BYTES);
	struct simd_block out[BLOCKS];

	cr_assert(p != NULL && n <= BLOCKS);
	memcpy(p, text, n * SIMD_BYTES);
	for (int way = SIMD_BEST; way <= SIMD_AVX2; way++) {
		block_fn *read = simd_reader((enum simd_way)way);

		if (read == NULL)
			continue;
		memset(out, 0xA5, sizeof(out));
		read(p, n, out);
		for (size_t i = 0; i < n; i++)
			expect_masks(&out[i], p + i * SIMD_BYTES, names[way]);
	}
	free(p);
}

Test(block, the_best_and_the_plain_way_are_always_there)
{
	cr_expect(simd_reader(SIMD_BEST) != NULL);
	cr_expect(simd_reader(SIMD_PLAIN) != NULL);
}

Test(block, each_byte_value_is_told_apart_at_each_place)
{
	char text[SIMD_BYTES];

	for (int c = 0; c < 256; c++) {
		memset(text, c, sizeof(text));
		check_text(text, 1);
	}
	for (size_t i = 0; i < SIMD_BYTES; i++)
		for (const char *c = "\"\\[]{},"; *c != '\0'; c++) {
			memset(text, ' ', sizeof(text));
			text[i] = *c;
			check_text(text, 1);
		}
}

Test(block, several_blocks_at_any_alignment_come_in_order)
{
	char text[BLOCKS * SIMD_BYTES + 64];
	uint32_t seed = 1;

	for (size_t i = 0; i < sizeof(text); i++) {
		seed = seed * 1664525 + 1013904223;
		text[i] = "\"\\[]{},:a0 \x80\xfb\xfd\x1b\n"[seed >> 28];
	}
	for (size_t shift = 0; shift < 64; shift++)
		for (size_t n = 1; n <= BLOCKS; n++)
			check_text(text + shift, n);
}
