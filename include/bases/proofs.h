/* proofs.h -- how far back the snapshots are needed to say what was read completely, and when.
 *
 * A fetch plans by what the manifests prove (docs/decisions/0004); what it reads again every so
 * often is compared with what was read before.  So the last complete read of customers, and of each
 * location whose orders are still read, is kept.
 */
#ifndef BASES_PROOFS_H
#define BASES_PROOFS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* proofs_oldest(account, ids, n, since, out, e): of the snapshots that are there, oldest first: the
 * time of the oldest one on which a complete read rests; INT64_MAX if there was none.  A location
 * that was not read after ${since} counts as given up. */
int proofs_oldest(const char *account, const struct str *ids, size_t n, int64_t since, int64_t *out,
    struct err *e) ERR_MUST;

#endif /* BASES_PROOFS_H */
