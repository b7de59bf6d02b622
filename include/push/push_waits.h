/* push_waits.h -- since when what is pending waits. */
#ifndef PUSH_PUSH_WAITS_H
#define PUSH_PUSH_WAITS_H

#include <stdint.h>

#include "push/push_plan.h"
#include "state/state.h"

/* push_waits_since(account, s, plan): us, of the oldest row of the plan, at most: since the
 * snapshot after the one that DailyStory last had whole, as runs.jsonl tells; if it tells of none,
 * since the rows and opt-outs were written; or 0. */
int64_t push_waits_since(const char *account, struct state *s, const struct push_plan *plan);

/* push_waits_whole(a, account): the id of the snapshot that DailyStory had whole last, as
 * runs.jsonl tells; or NULL. */
char *push_waits_whole(struct arena *a, const char *account);

#endif /* PUSH_PUSH_WAITS_H */
