/* page_filter.h -- what must not be stored of a page that comes from outside.
 *
 * Who was erased comes again with the next read.  fetch and adopt hand each page through such a
 * filter before it is stored; erase/ knows who that is, and these rooms do not.
 */
#ifndef SNAPSHOT_PAGE_FILTER_H
#define SNAPSHOT_PAGE_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "snapshot/manifest.h"

struct page_filter {
	void *context;
	/* Whether this customer was erased. */
	bool (*is_erased)(void *context, struct str customer);
	/* The page without them, in ${out} if ${n} records were taken away or cut; else ${out} is
	 * not touched.  Positions of all others stay. */
	int (*redact)(void *context, enum resource resource, struct str text, struct buf *out,
	    uint64_t *n, struct err *e);
};

/* page_filter_is_erased(f, customer): whether they were erased; false without a filter. */
static inline bool
page_filter_is_erased(const struct page_filter *f, struct str customer)
{
	return f != NULL && f->is_erased(f->context, customer);
}

/* page_filter_page(f, resource, text, out, n, e): without a filter nothing is redacted. */
static inline int
page_filter_page(const struct page_filter *f, enum resource resource, struct str text,
    struct buf *out, uint64_t *n, struct err *e)
{
	*n = 0;
	return f == NULL ? 0 : f->redact(f->context, resource, text, out, n, e);
}

#endif /* SNAPSHOT_PAGE_FILTER_H */
