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

/* Which of the reads count. */
struct proofs_bounds {
	int32_t first; /* day: orders created before it are not read any more */
	int64_t since; /* us: a location that was not read after it was given up */
};

/* proofs_oldest(account, ids, n, bounds, out, e): of the snapshots that are there, oldest first:
 * the time of the oldest one on which a complete read rests; INT64_MAX if there was none. */
int proofs_oldest(const char *account, const struct str *ids, size_t n,
    const struct proofs_bounds *bounds, int64_t *out, struct err *e) ERR_MUST;

#endif /* BASES_PROOFS_H */
