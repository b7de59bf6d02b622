/* run_line.h -- the line that a command leaves in runs.jsonl (account/run_log.h).  One that cannot
 * be written is a warning. */
#ifndef COMMAND_RUN_LINE_H
#define COMMAND_RUN_LINE_H

#include <stdint.h>

#include "account/run_log_push.h"
#include "base/str.h"
#include "command/options.h"
#include "report/run_summary.h"
#include "flowhub/fetch.h"
#include "push/push_check.h"

/* run_line_run(o, s): of a run. */
void run_line_run(const struct options *o, const struct run_summary *s);

/* run_line_fetch(o, r, status, duration): of a fetch that took so many us. */
void run_line_fetch(
    const struct options *o, const struct fetch_result *r, int status, int64_t duration);

/* run_line_push(o, push): of a push by itself; that of a run stands in the run's line. */
void run_line_push(const struct options *o, const struct run_log_push *push);

/* run_line_check(o, d, status): of a comparison with DailyStory. */
void run_line_check(const struct options *o, const struct push_check *d, int status);

/* run_line_stopped(o, snapshot, status): of the mass-change breaker, which stopped at it. */
void run_line_stopped(const struct options *o, struct str snapshot, int status);

#endif /* COMMAND_RUN_LINE_H */
