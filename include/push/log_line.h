/* log_line.h -- a push as it stands in the log of runs: numbers alone. */
#ifndef PUSH_LOG_LINE_H
#define PUSH_LOG_LINE_H

#include "account/run_log_push.h"
#include "push/push.h"

/* log_line_fill(p, o, r, out): of a push that was opened, whether or not it went well, while it is
 * open.  What the books cannot tell is left out. */
void log_line_fill(struct push *p, const struct push_options *o, const struct push_result *r,
    struct run_log_push *out);

#endif /* PUSH_LOG_LINE_H */
