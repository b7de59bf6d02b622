#include "lib/sha256.h"

#include <nettle/sha2.h>
#include <nettle/version.h>

#include "base/arena.h"

struct sha256_stream {
	struct sha256_ctx context;
};

struct sha256
sha256_hex(const uint8_t *raw)
{
	static const char digits[] = "0123456789abcdef";
	struct sha256 out;

	for (size_t i = 0; i < SHA256_BYTES; i++) {
		out.hex[2 * i] = digits[raw[i] >> 4];
		out.hex[2 * i + 1] = digits[raw[i] & 15];
	}
	out.hex[SHA256_HEX] = '\0';
	return out;
}

bool
sha256_is_hex(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]) &&
		    (ascii_lower(s.p[i]) < 'a' || ascii_lower(s.p[i]) > 'f'))
			return false;
	return s.n == SHA256_HEX;
}

static struct sha256
finish(struct sha256_ctx *context)
{
	uint8_t raw[SHA256_BYTES];

	sha256_digest(context, sizeof(raw), raw);
	return sha256_hex(raw);
}

struct sha256
sha256_of(struct str s)
{
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, s.n, (const uint8_t *)(s.n > 0 ? s.p : ""));
	return finish(&context);
}

struct sha256_stream *
sha256_new(void)
{
	struct sha256_stream *s = mem_alloc(sizeof(*s));

	sha256_init(&s->context);
	return s;
}

void
sha256_add(struct sha256_stream *s, const void *p, size_t n)
{
	sha256_update(&s->context, n, p);
}

struct sha256
sha256_done(struct sha256_stream *s)
{
	struct sha256 out = finish(&s->context);

	mem_free(s);
	return out;
}

void
sha256_version(struct buf *b)
{
	buf_printf(b, "Nettle %d.%d\n", nettle_version_major(), nettle_version_minor());
}
