#include "account/disk_recent.h"

#include "account/run_log.h"
#include "base/arena.h"
#include "base/dir.h"
#include "base/file.h"
#include "base/timestamp.h"

#define NS_PER_US 1000

/* A prune may free most of what was measured. */
static bool
is_folded_since(const char *account, int64_t us)
{
	struct arena a = { 0 };
	int64_t changed = dir_changed(file_join(&a, account, "bases"));

	arena_release(&a);
	return changed / NS_PER_US >= us;
}

bool
disk_recent_in(const char *account, const struct run_log_entry *list, size_t n, int64_t now,
    struct disk_use *out, int64_t *at)
{
	const struct run_log_entry *known = run_log_measured(list, n, now);

	if (known == NULL || is_folded_since(account, known->at)) {
		disk_use_measure(account, out);
		*at = now;
		return true;
	}
	for (size_t i = 0; i < DISK_USE_KINDS; i++)
		out[i] = (struct disk_use){ .kind = disk_use_kinds[i], .blocks = known->blocks[i] };
	*at = known->at;
	return false;
}

bool
disk_recent(const char *account, int64_t now, struct disk_use *out)
{
	struct run_log_entry *list;
	struct arena a = { 0 };
	int64_t at;
	size_t n;
	bool is_new;

	run_log_tail(&a, account, now - TIMESTAMP_DAY, &list, &n);
	is_new = disk_recent_in(account, list, n, now, out, &at);
	arena_release(&a);
	return is_new;
}
