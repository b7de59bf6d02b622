#include "lib/hmac.h"

#include <nettle/hmac.h>

struct sha256
hmac_of(struct str key, struct str text)
{
	struct hmac_sha256_ctx context;
	uint8_t raw[SHA256_BYTES];

	hmac_sha256_set_key(&context, key.n, (const uint8_t *)(key.n > 0 ? key.p : ""));
	hmac_sha256_update(&context, text.n, (const uint8_t *)(text.n > 0 ? text.p : ""));
	hmac_sha256_digest(&context, sizeof(raw), raw);
	return sha256_hex(raw);
}
