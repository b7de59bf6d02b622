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
#include "base/str.h"

/* Zero-initialisable. */
struct known_pages {
	struct arena a;
	struct buf list; /* struct known_page after struct known_page, by digest once loaded */
	size_t n;
};

/* known_pages_load(k, account, e): those of every snapshot whose manifest can be read. */
int known_pages_load(struct known_pages *k, const char *account, struct err *e) ERR_MUST;

/*
 * known_pages_link(k, sha256, stored, to):
 * Make ${to} a second name of a file that holds the bytes ${stored}, whose digest is ${sha256}.
 * Returns: false: there is none, it is damaged, or the system cannot link it.  The directory of
 * ${to} is not synced.
 */
bool known_pages_link(
    const struct known_pages *k, struct str sha256, struct str stored, const char *to);

void known_pages_release(struct known_pages *k);

#endif /* SNAPSHOT_KNOWN_PAGES_H */
