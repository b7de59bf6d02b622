/* fleet_metrics.h -- fleet.prom: the metrics of all accounts in one file, and the fleet's own.
 *
 * Each account's own file is read and its samples, which have the label account, are sorted by
 * metric: a collector wants the samples of one metric together and its head once.  It holds no
 * personal data and everybody may read it.
 */
#ifndef FLEET_FLEET_METRICS_H
#define FLEET_FLEET_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "fleet/ledger.h"

/* The calls a host gets, of all accounts together. */
struct fleet_rate {
	struct str host;
	uint64_t millicalls; /* thousandths of a call a second */
};

struct fleet_metrics {
	const struct ledger *l;
	const struct fleet_rate *rates;
	size_t rates_n;
	bool is_few; /* four series an account */
};

/* fleet_metrics_write(path, m, e): atomically, mode 0644. */
int fleet_metrics_write(const char *path, const struct fleet_metrics *m, struct err *e) ERR_MUST;

#endif /* FLEET_FLEET_METRICS_H */
