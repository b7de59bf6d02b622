/* runs.h -- what the log of runs (account/run_log.h) adds to a report: hours without an answer or
 * that failed, retries, how full the disk is and when it will be full.
 */
#ifndef REPORT_RUNS_H
#define REPORT_RUNS_H

#include <stddef.h>
#include <stdint.h>

#include "account/run_log.h"
#include "report/model.h"

/* runs_until(list, n, now): how many of them are no later than that: a clock once wrong must not
 * stretch the calendar. */
size_t runs_until(const struct run_log_entry *list, size_t n, int64_t now);

/* runs_add(m, list, n): into the buckets and the hours, and m's own numbers.  ${m} has its calendar
 * and as_of. */
void runs_add(struct report_model *m, const struct run_log_entry *list, size_t n);

#endif /* REPORT_RUNS_H */
