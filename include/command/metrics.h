/* metrics.h -- writes ACCOUNT/metrics.prom: the last run in Prometheus' text format.
 *
 * For the node exporter's textfile collector.  It holds numbers, no personal data.
 */
#ifndef COMMAND_METRICS_H
#define COMMAND_METRICS_H

#include <stdint.h>

#include "base/err.h"
#include "flowhub/fetch.h"

struct metrics {
	int64_t finished_at;  /* us */
	int64_t duration;     /* us */
	int status;           /* of exit */
	uint64_t quarantined; /* records, in the snapshot applied last */
	struct fetch_result fetch;
};

/* metrics_write(account, m, e): atomically.  If this run failed, the time of the last success
 * stays. */
int metrics_write(const char *account, const struct metrics *m, struct err *e) ERR_MUST;

#endif /* COMMAND_METRICS_H */
