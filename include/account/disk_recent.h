/* disk_recent.h -- what each directory of an account takes, as a run of the last day saw it.
 *
 * Looking at each file of an old account takes longer than an hour's work, so whoever finds a
 * measurement of the last day in runs.jsonl takes that one, unless history was folded since.
 */
#ifndef ACCOUNT_DISK_RECENT_H
#define ACCOUNT_DISK_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account/disk_use.h"

struct run_log_entry;

/* disk_recent(account, now, out): ${out} has DISK_USE_KINDS places; without files and bytes where
 * it comes from the log.  Returns: whether it was measured now. */
bool disk_recent(const char *account, int64_t now, struct disk_use *out);

/* disk_recent_in(account, list, n, now, out, at): the same with the lines of the last day at hand;
 * ${at}: when it was measured, in us. */
bool disk_recent_in(const char *account, const struct run_log_entry *list, size_t n, int64_t now,
    struct disk_use *out, int64_t *at);

#endif /* ACCOUNT_DISK_RECENT_H */
