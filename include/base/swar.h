/* swar.h -- tests on eight bytes of text at once ("SIMD within a register").
 *
 * The answer is whether there is such a byte among the eight, not where.
 */
#ifndef BASE_SWAR_H
#define BASE_SWAR_H

#include <stdint.h>
#include <string.h>

#define SWAR_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static inline uint64_t
swar_load(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return x;
}

/* Not 0 if some byte is below n, which is at most 128. */
static inline uint64_t
swar_below(uint64_t x, uint64_t n)
{
	return (x - SWAR_EACH(n)) & ~x & SWAR_EACH(0x80);
}

/* Not 0 if some byte is c. */
static inline uint64_t
swar_has(uint64_t x, unsigned char c)
{
	return swar_below(x ^ SWAR_EACH(c), 1);
}

#endif /* BASE_SWAR_H */
