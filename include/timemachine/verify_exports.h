/* verify_exports.h -- checks every exported file against its export's manifest. */
#ifndef TIMEMACHINE_VERIFY_EXPORTS_H
#define TIMEMACHINE_VERIFY_EXPORTS_H

#include <stddef.h>
#include <stdint.h>

#include "timemachine/finding.h"
#include "timemachine/verify_snapshots.h"

/* verify_exports(account, list, n, f): of each export the files, their bytes and digests, and that
 * there are no others.  Returns: how many files the manifests name. */
uint64_t verify_exports(
    const char *account, const struct verify_snapshot *list, size_t n, struct findings *f);

#endif /* TIMEMACHINE_VERIFY_EXPORTS_H */
