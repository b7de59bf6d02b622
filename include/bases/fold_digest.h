/* fold_digest.h -- one digest of all that a state says.
 *
 * SHA-256 over every row of every table but origins, in order: for each table its name and a zero
 * byte; for each row the length of the key as 4 bytes, big-endian, the key, and the same of the
 * row.
 */
#ifndef BASES_FOLD_DIGEST_H
#define BASES_FOLD_DIGEST_H

#include "base/err.h"
#include "lib/sha256.h"
#include "state/state.h"

int fold_digest(struct state *s, struct sha256 *out, struct err *e) ERR_MUST;

/* fold_digest_same(x, y, where, e): 1 if the two states are equal key by key; 0 with the name of
 * the first table that differs; -1. */
int fold_digest_same(struct state *x, struct state *y, const char **where, struct err *e) ERR_MUST;

#endif /* BASES_FOLD_DIGEST_H */
