/* request.h -- the calls of Flowhub's API as text: path and query.
 *
 * The query is in the order of its names.  Source: flowhub-api.md, "Transport".
 */
#ifndef FLOWHUB_REQUEST_H
#define FLOWHUB_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "snapshot/manifest.h"

#define REQUEST_LOCATIONS "/v0/clientsLocations"

/* What a page is cut out of: one list with its filter. */
struct request {
	enum resource resource; /* RESOURCE_CUSTOMERS or RESOURCE_ORDERS */
	struct str location;    /* of orders */
	int32_t from, to;       /* orders: created_after, created_before; customers:
	                           from is updated_after; DAY_NONE: no filter */
};

/* request_page(b, r, page, size): the path of one page; page counts from 1. */
void request_page(struct buf *b, const struct request *r, uint64_t page, uint64_t size);

/* request_customer(b, id): the path of one customer. */
void request_customer(struct buf *b, struct str id);

/* request_escape(b, s): every byte but letters, digits, '-', '_' and '~' as
 * %XX, so that an id is one step of a path and a file name. */
void request_escape(struct buf *b, struct str s);

/* request_name(b, s): the same as part of a file name, which has at most 255
 * bytes: of one too long "sha256-" and its digest. */
void request_name(struct buf *b, struct str s);

#endif /* FLOWHUB_REQUEST_H */
