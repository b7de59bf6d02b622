/* verify_pages.h -- checks every page against the digest in its manifest. */
#ifndef TIMEMACHINE_VERIFY_PAGES_H
#define TIMEMACHINE_VERIFY_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "timemachine/finding.h"
#include "timemachine/verify_snapshots.h"

/* verify_pages(account, jobs, list, n, f): each page is hashed, inflated and followed to its end.
 * Returns: how many pages there are; of a check that was interrupted, how many were looked at. */
uint64_t verify_pages(const char *account, size_t jobs, const struct verify_snapshot *list,
    size_t n, struct findings *f);

#endif /* TIMEMACHINE_VERIFY_PAGES_H */
