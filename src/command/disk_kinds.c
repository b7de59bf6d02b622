#include "command/disk_kinds.h"

#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"

#define BLOCK 512 /* what st_blocks counts in */

/* What a directory and all below take; what cannot be looked at takes nothing. */
static uint64_t
disk_use(const char *path, unsigned depth)
{
	struct err ignored = ERR_INIT;
	struct arena a = { 0 };
	struct str *names;
	struct stat st;
	uint64_t sum;
	size_t n;

	if (depth > DIR_DEPTH || lstat(path, &st) != 0)
		return 0;
	sum = (uint64_t)st.st_blocks * BLOCK;
	if (!S_ISDIR(st.st_mode))
		return sum / (uint64_t)(st.st_nlink > 0 ? st.st_nlink : 1);
	if (dir_list(&a, path, &names, &n, &ignored) == 0)
		for (size_t i = 0; i < n; i++)
			sum += disk_use(file_join(&a, path, str_z(&a, names[i])), depth + 1);
	arena_release(&a);
	return sum;
}

void
disk_kinds_measure(struct arena *a, const char *account, struct disk_kind *out)
{
	static const char *const names[DISK_KINDS] = { "snapshots", "bases", "terms", "diffs",
		"exports", "state", "push" };

	for (size_t i = 0; i < DISK_KINDS; i++)
		out[i] =
		    (struct disk_kind){ names[i], disk_use(file_join(a, account, names[i]), 0) };
}
