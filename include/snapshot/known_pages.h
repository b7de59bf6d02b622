/* known_pages.h -- pages that some snapshot of the account has already, found by their digest.
 *
 * What an export by hand or a quiet hour brings again takes no second room on the disk (contract,
 * section 2).
 */
#ifndef SNAPSHOT_KNOWN_PAGES_H
#define SNAPSHOT_KNOWN_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "snapshot/manifest.h"

/* Zero-initialisable. */
struct known_pages {
	struct arena a;
	struct intern digests;
	struct str *places; /* by number of the digest: "<snapshot>/<path>" */
	size_t cap;
};

/* known_pages_add(k, id, m): those of that snapshot; of several of a digest the first one added
 * counts.  known_pages_load(k, account, e): those of every snapshot whose manifest can be read. */
void known_pages_add(struct known_pages *k, struct str id, const struct manifest *m);
int known_pages_load(struct known_pages *k, const char *account, struct err *e) ERR_MUST;

/*
 * known_pages_link(k, account, sha256, stored, to):
 * Make ${to} a second name of a file that holds the bytes ${stored}, whose digest is ${sha256}.
 * Returns: false: there is none, it is damaged, or the system cannot link it.  The directory of
 * ${to} is not synced.
 */
bool known_pages_link(const struct known_pages *k, const char *account, struct str sha256,
    struct str stored, const char *to);

void known_pages_release(struct known_pages *k);

#endif /* SNAPSHOT_KNOWN_PAGES_H */
