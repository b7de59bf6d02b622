/* request.h -- the calls of Flowhub's API as text: path and query; and the settings behind them.
 *
 * A query's parameters are in the order of their names.  Source: flowhub-api.md, "Transport".
 */
#ifndef FLOWHUB_REQUEST_H
#define FLOWHUB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "snapshot/manifest.h"

#define REQUEST_LOCATIONS "/v0/clientsLocations"

/* How Flowhub is reached and what is read (contract, section 9).  A text that is not set is
 * empty. */
struct flowhub_settings {
	struct str base_url, client_id, api_key_file, ca_file;
	const struct str *locations; /* none: all */
	size_t locations_n;
	struct str history_start; /* YYYY-MM-DD */
	uint64_t overlap_days, deep_days;
	int64_t deep_every, full_orders_every, full_customers_every; /* us */
	uint64_t window_days, page_size, min_interval_ms, timeout_s, retries;
	int64_t stale_after;  /* us without an answer; then it is a failure */
	struct str limit_dir; /* of a limit that accounts share; its path */
};

/* One list with its filter, to be read page by page. */
struct request {
	enum resource resource; /* RESOURCE_CUSTOMERS or RESOURCE_ORDERS */
	struct str location;    /* of orders */
	int32_t from, to;       /* of orders: created_after, created_before; of customers from is
	                           updated_after; DAY_NONE: no filter */
};

/* request_page(b, r, page, size): the path of one page; ${page} counts from 1. */
void request_page(struct buf *b, const struct request *r, uint64_t page, uint64_t size);

/* request_read_page(path, page, size): what request_page wrote; false: it did not. */
bool request_read_page(struct str path, uint64_t *page, uint64_t *size);

/* request_customer(b, id): the path of one customer. */
void request_customer(struct buf *b, struct str id);

/* request_name(b, s): ${s} as part of a file name.  As in a path, all but letters, digits, '-',
 * '_' and '~' become %XX; if that is too long for a file name, it is "sha256-" and the digest. */
void request_name(struct buf *b, struct str s);

#endif /* FLOWHUB_REQUEST_H */
