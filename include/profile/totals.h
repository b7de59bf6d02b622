/* totals.h -- what the orders of one customer add up to, one order at a time.
 *
 * Contract section 4; the order in which they come does not matter.
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
#include "state/state.h"

struct arena;

struct listed_order {
	int64_t time, cents;
	bool is_purchase;
	uint32_t location;
	struct str items; /* as in struct sale, in the arena */
};

/* Words are numbers of the dictionary; times in us. */
struct order_totals {
	int64_t spent; /* cents, of completed orders */
	uint64_t purchases, orders;
	int64_t first, last;           /* purchases */
	int64_t latest;                /* any order's created */
	struct str last_id, latest_id; /* for totals_add alone */
	uint32_t last_budtender, latest_type, latest_status;
	bool latest_voided;
	uint32_t *products, *categories; /* of purchases, one an item */
	size_t items_n, items_cap;
	uint32_t *locations; /* of purchases, each once */
	size_t locations_n, locations_cap;
	uint32_t last_location;
	int64_t since; /* completed orders from this time on are listed */
	struct listed_order *listed;
	size_t listed_n, listed_cap;
};
#define ORDER_TOTALS_INIT                                                                          \
	{                                                                                          \
		.first = TIMESTAMP_NONE, .last = TIMESTAMP_NONE, .latest = TIMESTAMP_NONE,         \
		.since = TIMESTAMP_NEVER                                                           \
	}

/* totals_add(a, t, id, sale, kind, e): ${id} is borrowed until the last order is added; any text
 * does that sorts among the others as the order's id does. Errors: ERR_FAILED if the money is too
 * much to count. */
int totals_add(struct arena *a, struct order_totals *t, struct str id, const struct sale *sale,
    struct order_kind kind, struct err *e) ERR_MUST;

/* totals_kind(s, settings, sale, kind, e): what a sale in the state counts as. */
int totals_kind(struct state *s, const struct record_settings *settings, const struct sale *sale,
    struct order_kind *kind, struct err *e) ERR_MUST;

#endif /* PROFILE_TOTALS_H */
