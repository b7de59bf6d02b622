/* flowhub_settings.h -- the settings that say how Flowhub is reached and what is read.
 */
#ifndef FLOWHUB_FLOWHUB_SETTINGS_H
#define FLOWHUB_FLOWHUB_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Contract, section 9; texts are empty where nothing is set. */
struct flowhub_settings {
	struct str base_url, client_id, api_key_file, ca_file;
	const struct str *locations; /* none: all */
	size_t locations_n;
	struct str history_start; /* YYYY-MM-DD */
	uint64_t overlap_days, deep_days;
	int64_t deep_every, full_orders_every, full_customers_every; /* us */
	uint64_t window_days, page_size, min_interval_ms, timeout_s, retries;
};

#endif /* FLOWHUB_FLOWHUB_SETTINGS_H */
