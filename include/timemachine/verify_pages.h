/* verify_pages.h -- every page and every exported file against the digest that its manifest gives.
 */
#ifndef TIMEMACHINE_VERIFY_PAGES_H
#define TIMEMACHINE_VERIFY_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "timemachine/verify_snapshots.h"
#include "timemachine/finding.h"

/* What was looked at. */
struct verify_page {
	uint64_t snapshots, pages, diffs, exports, files;
};

/* verify_pages(account, jobs, list, n, f, seen): pages are hashed, inflated and followed to their
 * end. */
void verify_pages(const char *account, size_t jobs, const struct verify_snapshots *list, size_t n,
    struct findings *f, struct verify_page *seen);

/* verify_exports(account, list, n, f, seen): files, their bytes and digests, and that there are no
 * others. */
void verify_exports(const char *account, const struct verify_snapshots *list, size_t n,
    struct findings *f, struct verify_page *seen);

#endif /* TIMEMACHINE_VERIFY_PAGES_H */
