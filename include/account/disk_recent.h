/* disk_recent.h -- what each directory of an account takes, as a run of the last day saw it.
 *
 * Looking at each file of an old account takes longer than an hour's work, so a run that finds a
 * measurement of the last day in runs.jsonl takes that one.
 */
#ifndef ACCOUNT_DISK_RECENT_H
#define ACCOUNT_DISK_RECENT_H

#include <stdbool.h>
#include <stdint.h>

#include "account/disk_use.h"

/* disk_recent(account, now, out): ${out} has DISK_USE_KINDS places; without files and bytes where
 * it comes from the log.  Returns: whether it was measured now. */
bool disk_recent(const char *account, int64_t now, struct disk_use *out);

#endif /* ACCOUNT_DISK_RECENT_H */
