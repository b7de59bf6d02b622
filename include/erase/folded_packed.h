/* folded_packed.h -- the packed manifests of pruned snapshots: a page that is called after somebody
 * who is erased gets a name that tells of nobody.
 *
 * What the pages' own digests were is kept: they are of files that are gone.
 */
#ifndef ERASE_FOLDED_PACKED_H
#define ERASE_FOLDED_PACKED_H

#include "base/err.h"
#include "erase/folded_names.h"

/* folded_packed_read(account, names, e): the pages into names->pages.
 * Returns: 1 some are renamed, 0 none, -1. */
int folded_packed_read(const char *account, struct folded_names *names, struct err *e) ERR_MUST;

/* folded_packed_write(account, names, path, e): the file anew, with these names. */
int folded_packed_write(const char *account, const struct folded_names *names, const char *path,
    struct err *e) ERR_MUST;

#endif /* ERASE_FOLDED_PACKED_H */
