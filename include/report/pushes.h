/* pushes.h -- what the log of runs (account/run_log.h) tells of pushes: what DailyStory has, what
 * it did not take, what waits, and how each push ended.
 */
#ifndef REPORT_PUSHES_H
#define REPORT_PUSHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account/run_log.h"
#include "base/str.h"
#include "report/model.h"

struct arena;

/* pushes_add(m, list, n): into the buckets and m->push, which has is_on and is_used.  The model
 * borrows from the list. */
void pushes_add(struct report_model *m, const struct run_log_entry *list, size_t n);

/* pushes_behind(m, ids, n): how far DailyStory is behind these snapshots, which are applied. */
void pushes_behind(struct report_model *m, const struct str *ids, size_t n);

/* pushes_stopped(a, m): what keeps everything from DailyStory until somebody acts, as a verdict of
 * the page; empty: nothing.  pushes_late: that DailyStory has what was known more than ${most} us
 * ago.  pushes_look: what wants a look.  pushes_well: what follows "the last snapshot is 1 minute
 * old". */
struct str pushes_stopped(struct arena *a, const struct report_model *m);
struct str pushes_late(struct arena *a, const struct report_model *m, int64_t most);
struct str pushes_look(struct arena *a, const struct report_model *m);
struct str pushes_well(struct arena *a, const struct report_model *m);

/* pushes_waits(letter): somebody should look at a row with that reason.  Who deleted a contact in
 * DailyStory did so on purpose. */
bool pushes_waits(const struct run_log_reason *letter);

#endif /* REPORT_PUSHES_H */
