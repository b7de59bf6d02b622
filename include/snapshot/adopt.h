/* adopt.h -- a snapshot made of files that were exported by other means.
 *
 * Contract section 2.  The files are copied as they are; what they hold is told from their bodies.
 */
#ifndef SNAPSHOT_ADOPT_H
#define SNAPSHOT_ADOPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "snapshot/manifest.h"
#include "snapshot/page_filter.h"

/* What adopt was told of the files. */
struct adoption {
	int64_t taken_at;     /* us, whole seconds */
	enum scope_kind kind; /* SCOPE_ALL, SCOPE_CREATED, or SCOPE_UPDATED (proves nothing) */
	int64_t from, to;     /* of SCOPE_CREATED */
	struct str location;  /* of the orders in them; empty: none */
	char *const *files;
	size_t n;
	struct str finished_at;           /* the present time, as text */
	const struct page_filter *filter; /* who was erased; NULL: nobody */
};

/* One page as it was taken over.  A file that holds customers and orders gives two. */
struct adopted {
	size_t file;     /* its place in adoption->files */
	struct str path; /* its name in the snapshot */
	enum resource resource;
	uint64_t records;
};

/* Pages that one file can give. */
#define ADOPT_PAGES 2

/*
 * adopt_files(a, account, adoption, pages, n, e):
 * Make the snapshot; ${pages} has ADOPT_PAGES places for each file and is filled for the report, in
 * the order of the manifest.  What the filter redacts is stored without it.  A page that another
 * snapshot has already is a hard link to it. Errors: ERR_USAGE: a file that cannot be read, is
 * damaged, is no UTF-8 or tells no resource; a snapshot of that time is there. Nothing is left
 * behind.
 */
int adopt_files(struct arena *a, const char *account, const struct adoption *adoption,
    struct adopted *pages, size_t *n, struct err *e) ERR_MUST;

#endif /* SNAPSHOT_ADOPT_H */
