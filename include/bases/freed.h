/* freed.h -- how many bytes come free when files go, some of which have other names that stay. */
#ifndef BASES_FREED_H
#define BASES_FREED_H

#include <stddef.h>
#include <stdint.h>

#include "base/intern.h"
#include "base/str.h"

/* Zero-initialisable. */
struct freed {
	struct intern files;     /* device and inode, ... */
	struct freed_file *list; /* ... and what is known of it, by its number */
	size_t cap;
};

/* freed_add(f, path): the file, or all below the directory, goes; what cannot be looked at counts
 * nothing. */
void freed_add(struct freed *f, const char *path);

/* freed_bytes(f): of those whose last name goes.  freed_shared(f): of the others. */
uint64_t freed_bytes(const struct freed *f);
uint64_t freed_shared(const struct freed *f);

void freed_release(struct freed *f);

#endif /* BASES_FREED_H */
