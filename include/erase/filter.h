/* filter.h -- who was erased is not stored again: the filter for fetch and adopt.
 *
 * By id alone: an email or a number may belong to somebody else by now.  A customer with another id
 * and an address of somebody who was erased is let in, and noted.
 */
#ifndef ERASE_FILTER_H
#define ERASE_FILTER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "erase/redact.h"
#include "erase/tombstones.h"
#include "snapshot/page_filter.h"

/* Zero-initialisable. */
struct filter {
	struct tombstones tombstones;
	struct redactor redactor;
	struct split scan;
	struct page_filter page; /* its functions */
	uint64_t redacted;       /* records so far */
	struct intern returned;  /* ids that came with an address of somebody who was erased */
};

/* filter_open(f, account, e): may be released after any call. */
int filter_open(struct filter *f, const char *account, struct err *e) ERR_MUST;

/* filter_pages(f): to be handed on; NULL: nobody was erased. */
const struct page_filter *filter_pages(const struct filter *f);

void filter_release(struct filter *f);

#endif /* ERASE_FILTER_H */
