/* hmac.h -- HMAC-SHA-256 (Nettle): a text's name for whoever has the key, and for nobody else. */
#ifndef LIB_HMAC_H
#define LIB_HMAC_H

#include "base/str.h"
#include "lib/sha256.h"

/* hmac_of(key, text): RFC 2104 with SHA-256. */
struct sha256 hmac_of(struct str key, struct str text);

#endif /* LIB_HMAC_H */
