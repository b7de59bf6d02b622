/* totals.h -- what the orders of one customer add up to, an order at a time.
 *
 * Contract section 4; the order in which they come does not matter.  Words are numbers of names.
 */
#ifndef PROFILE_TOTALS_H
#define PROFILE_TOTALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/timestamp.h"
#include "record/record.h"
#include "state/rows.h"

struct arena;

struct order_totals {
	int64_t spent;
	uint64_t purchases, orders;
	int64_t first, last; /* purchases, us */
	int64_t latest;      /* any order's created, us */
	struct str last_id, latest_id;
	uint32_t last_budtender, latest_type, latest_status;
	bool latest_voided;
	uint32_t *products, *categories;
	size_t items_n, items_cap;
};
#define ORDER_TOTALS_INIT                                                                          \
	{                                                                                          \
		.first = TIMESTAMP_NONE, .last = TIMESTAMP_NONE, .latest = TIMESTAMP_NONE          \
	}

/* totals_add(a, sum, id, sale, kind, e): ${id} is borrowed. Errors: ERR_FAILED if the money is too
 * much to count. */
int totals_add(struct arena *a, struct order_totals *sum, struct str id, const struct sale *sale,
    struct order_kind kind, struct err *e) ERR_MUST;

#endif /* PROFILE_TOTALS_H */
