#include "account/disk_recent.h"

#include "account/run_log.h"
#include "base/arena.h"

bool
disk_recent(const char *account, int64_t now, struct disk_use *out)
{
	const struct run_log_entry *known = NULL;
	struct err ignored = ERR_INIT;
	struct run_log_entry *list;
	struct arena a = { 0 };
	size_t n;

	if (run_log_load(&a, account, &list, &n, &ignored) == 0)
		known = run_log_measured(list, n, now);
	if (known == NULL)
		disk_use_measure(account, out);
	else
		for (size_t i = 0; i < DISK_USE_KINDS; i++)
			out[i] = (struct disk_use){ .kind = disk_use_kinds[i],
				.blocks = known->blocks[i] };
	arena_release(&a);
	return known == NULL;
}
