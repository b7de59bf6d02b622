/* check_page.h -- whose record of a page, of a snapshot or of a base, a text was found in. */
#ifndef ERASE_CHECK_PAGE_H
#define ERASE_CHECK_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "bases/fold_manifest.h"
#include "erase/redact.h"
#include "erase/search.h"
#include "snapshot/manifest.h"
#include "snapshot/page.h"

struct check_page_hit {
	size_t which;
	uint64_t at;
};

/* Zero-initialisable. */
struct check_page {
	struct str snapshot; /* whose manifest is at hand */
	struct manifest manifest;
	struct str base; /* the same of a base */
	struct fold_manifest folded;
	int64_t taken_at;          /* of the page */
	struct page_reader reader; /* the page loaded last */
	enum resource resource;
	struct check_page_hit *list; /* what was found in it */
	size_t n, cap;
	struct redactor redactor; /* reads records */
	struct arena arena, of_manifest, of_base;
};

/* check_page_load(p, account, file): whether the file is a sound page that the manifest of its
 * snapshot, or of its base, names; text and records are in p->reader. */
bool check_page_load(struct check_page *p, const char *account, struct str file);

/* check_page_add(p, which, at): a text was found there. */
void check_page_add(struct check_page *p, size_t which, size_t at);

/* check_page_record(p, at): the position of the record that holds this byte, or -1. */
int64_t check_page_record(const struct check_page *p, uint64_t at);

/* check_page_is_shared(p, text, record, at): it is a customer with this very email, number or
 * medical id; a name is anybody's; an id at this byte is that of an order. */
bool check_page_is_shared(
    struct check_page *p, const struct search_text *text, int64_t record, uint64_t at);

void check_page_release(struct check_page *p);

#endif /* ERASE_CHECK_PAGE_H */
