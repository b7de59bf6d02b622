#include "base/pack.h"

#include <assert.h>
#include <endian.h>

#define SIGN_BIT (UINT64_C(1) << 63)

void
pack_u64(struct buf *b, uint64_t v)
{
	unsigned char *out;
	size_t n = 0;

	buf_reserve(b, 10);
	out = (unsigned char *)b->p + b->n;
	while (v >= 0x80) {
		out[n++] = (unsigned char)(v | 0x80);
		v >>= 7;
	}
	out[n++] = (unsigned char)v;
	b->n += n;
}

void
pack_i64(struct buf *b, int64_t v)
{
	uint64_t u = (uint64_t)v << 1;

	pack_u64(b, v < 0 ? ~u : u);
}

void
pack_text(struct buf *b, struct str s)
{
	pack_u64(b, s.n);
	buf_add(b, s.p, s.n);
}

void
pack_fixed(struct buf *b, uint64_t v)
{
	v = htole64(v);
	buf_add(b, &v, sizeof(v));
}

void
pack_key_u32(struct buf *b, uint32_t v)
{
	unsigned char out[4] = { (unsigned char)(v >> 24), (unsigned char)(v >> 16),
		(unsigned char)(v >> 8), (unsigned char)v };

	buf_add(b, out, 4);
}

void
pack_key_i64(struct buf *b, int64_t v)
{
	uint64_t u = (uint64_t)v ^ SIGN_BIT;
	unsigned char out[8];

	for (size_t i = 0; i < 8; i++)
		out[i] = (unsigned char)(u >> (56 - 8 * i));
	buf_add(b, out, 8);
}

void
pack_key_text(struct buf *b, struct str s)
{
	assert(s.n <= 255);
	buf_char(b, (char)(unsigned char)s.n);
	buf_add(b, s.p, s.n);
}

struct unpack
unpack_of(struct str row)
{
	const unsigned char *p = (const unsigned char *)(row.n == 0 ? "" : row.p);

	return (struct unpack){ p, p + row.n, false };
}

/* The next n bytes, or NULL and bad. */
static const unsigned char *
take(struct unpack *u, uint64_t n)
{
	const unsigned char *p = u->p;

	if (u->bad || (uint64_t)(u->end - p) < n) {
		u->bad = true;
		return NULL;
	}
	u->p += n;
	return p;
}

uint64_t
unpack_long(struct unpack *u)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 70; shift += 7) {
		const unsigned char *p = take(u, 1);

		if (p == NULL)
			return 0;
		v |= (uint64_t)(*p & 0x7f) << shift;
		/* one way to write a number: no byte too many, and none that does not fit */
		if (shift > 0 && (*p == 0 || (shift == 63 && *p > 1)))
			break;
		if (*p < 0x80)
			return v;
	}
	u->bad = true;
	return 0;
}

int64_t
unpack_i64(struct unpack *u)
{
	uint64_t v = unpack_u64(u);

	return (int64_t)(v & 1 ? ~(v >> 1) : v >> 1);
}

static struct str
take_text(struct unpack *u, uint64_t n)
{
	const unsigned char *p = take(u, n);

	return p == NULL ? (struct str){ 0 } : str_of((const char *)p, (size_t)n);
}

struct str
unpack_text(struct unpack *u)
{
	return take_text(u, unpack_u64(u));
}

uint64_t
unpack_fixed(struct unpack *u)
{
	const unsigned char *p = take(u, 8);
	uint64_t v = 0;

	if (p != NULL)
		memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

uint32_t
unpack_key_u32(struct unpack *u)
{
	const unsigned char *p = take(u, 4);

	if (p == NULL)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

int64_t
unpack_key_i64(struct unpack *u)
{
	const unsigned char *p = take(u, 8);
	uint64_t v = 0;

	for (size_t i = 0; p != NULL && i < 8; i++)
		v = v << 8 | p[i];
	return (int64_t)(v ^ SIGN_BIT);
}

struct str
unpack_key_text(struct unpack *u)
{
	const unsigned char *p = take(u, 1);

	return p == NULL ? (struct str){ 0 } : take_text(u, *p);
}

struct str
unpack_rest(struct unpack *u)
{
	return take_text(u, (uint64_t)(u->end - u->p));
}
