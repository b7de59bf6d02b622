#include "lib/sha256.h"

#include <stdlib.h>

#include <openssl/evp.h>
#include <xxhash.h>

#include "base/arena.h"

#define SHA256_BYTES (SHA256_HEX / 2)

struct sha256_stream {
	EVP_MD_CTX *md;
};

/*
 * Only a broken installation of OpenSSL refuses SHA-256.  There is no going
 * on then: every digest is evidence, and a wrong one would count as such.
 */
static void
must(int ok)
{
	if (ok != 1)
		abort();
}

static struct sha256
to_hex(const unsigned char *raw)
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

struct sha256
sha256_of(struct str s)
{
	unsigned char raw[SHA256_BYTES];

	must(EVP_Digest(s.p, s.n, raw, NULL, EVP_sha256(), NULL));
	return to_hex(raw);
}

struct sha256_stream *
sha256_new(void)
{
	struct sha256_stream *s = mem_alloc(sizeof(*s));

	s->md = mem_got(EVP_MD_CTX_new());
	must(EVP_DigestInit_ex(s->md, EVP_sha256(), NULL));
	return s;
}

void
sha256_add(struct sha256_stream *s, const void *p, size_t n)
{
	must(EVP_DigestUpdate(s->md, p, n));
}

struct sha256
sha256_done(struct sha256_stream *s)
{
	unsigned char raw[SHA256_BYTES];

	must(EVP_DigestFinal_ex(s->md, raw, NULL));
	EVP_MD_CTX_free(s->md);
	mem_free(s);
	return to_hex(raw);
}

struct hash
hash_of(struct str s)
{
	XXH128_hash_t h = XXH3_128bits(s.p, s.n);

	return (struct hash){ .lo = h.low64, .hi = h.high64 };
}
