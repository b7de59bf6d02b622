/* each_page.h -- every page of every snapshot, proved and inflated, one after another. */
#ifndef ERASE_EACH_PAGE_H
#define ERASE_EACH_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "snapshot/manifest.h"
#include "snapshot/page.h"

/* Touched snapshots are made here, and lie here once they were exchanged. */
#define EACH_PAGE_ASIDE ".erase"

struct each_page {
	struct str snapshot; /* its id */
	const struct manifest *manifest;
	size_t page;                /* its place in the manifest */
	struct page_reader *reader; /* text and records of the page */
};
typedef int each_page_fn(void *context, const struct each_page *p, struct err *e);

/*
 * each_page(account, is_aside, fn, context, e):
 * Those in snapshots/, or those put aside; locations are passed over.
 * Errors: ERR_DAMAGED as page_load and manifest_parse; those of ${fn}.
 */
int each_page(
    const char *account, bool is_aside, each_page_fn *fn, void *context, struct err *e) ERR_MUST;

/* each_page_dir(a, is_aside, id): the directory of a snapshot, below snapshots/. */
struct str each_page_dir(struct arena *a, bool is_aside, struct str id);

/* each_page_manifest(a, account, is_aside, id, out, e): a snapshot's manifest. */
int each_page_manifest(struct arena *a, const char *account, bool is_aside, struct str id,
    struct manifest *out, struct err *e) ERR_MUST;

#endif /* ERASE_EACH_PAGE_H */
