/* metrics.h -- the last run in Prometheus' text format: metrics_file, ACCOUNT/metrics.prom if that
 * is not set.
 *
 * For the node exporter's textfile collector, so everybody may read it: it holds numbers, slugs and
 * the account's path, no personal data.
 */
#ifndef REPORT_METRICS_H
#define REPORT_METRICS_H

#include <stdint.h>

#include "account/settings.h"
#include "base/arena.h"
#include "base/err.h"
#include "report/run_summary.h"

/* metrics_path(a, account, settings): where they are, a relative path from the account on. */
char *metrics_path(struct arena *a, const char *account, const struct settings *settings);

/* metrics_write(path, s, e): atomically, mode 0644.  If this run failed, the time of the last
 * success stays.
 * Errors: ERR_SETTINGS: what is there is no file of metrics, and was left alone; ERR_IO. */
int metrics_write(const char *path, const struct run_summary *s, struct err *e) ERR_MUST;

#endif /* REPORT_METRICS_H */
