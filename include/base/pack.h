/* pack.h -- values of the state as bytes: varints, fixed keys, text.
 *
 * A row is packed field after field and unpacked in the same order; running
 * off its end sets ${bad}, which the reader checks once at the end.
 * Keys must sort as bytes, so numbers in keys are big-endian.
 */
#ifndef BASE_PACK_H
#define BASE_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

void pack_u64(struct buf *b, uint64_t v);    /* varint, 1 to 10 bytes */
void pack_i64(struct buf *b, int64_t v);     /* zigzag varint */
void pack_text(struct buf *b, struct str s); /* length, bytes */
void pack_fixed(struct buf *b, uint64_t v);  /* 8 bytes, little-endian */

/* For keys: big-endian, a signed time with its sign bit turned. */
void pack_key_u32(struct buf *b, uint32_t v);
void pack_key_i64(struct buf *b, int64_t v);
/* One byte of length, then the text (at most 255 bytes, asserted). */
void pack_key_text(struct buf *b, struct str s);

struct unpack {
	const unsigned char *p, *end;
	bool bad;
};

struct unpack unpack_of(struct str row);
uint64_t unpack_long(struct unpack *u); /* of any length; for unpack_u64 */
static inline uint64_t
unpack_u64(struct unpack *u)
{
	if (!u->bad && u->p < u->end && *u->p < 0x80)
		return *u->p++;
	return unpack_long(u);
}
int64_t unpack_i64(struct unpack *u);
struct str unpack_text(struct unpack *u); /* borrowed from the row */
uint64_t unpack_fixed(struct unpack *u);
uint32_t unpack_key_u32(struct unpack *u);
int64_t unpack_key_i64(struct unpack *u);
struct str unpack_key_text(struct unpack *u);
struct str unpack_rest(struct unpack *u);

#endif /* BASE_PACK_H */
