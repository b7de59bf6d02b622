#include "account/disk_use.h"

#include "base/arena.h"
#include "base/dir.h"
#include "base/file.h"
#include "base/intern.h"

const char *const disk_use_kinds[DISK_USE_KINDS] = { "snapshots", "bases", "terms", "diffs",
	"exports", "state", "push" };

void
disk_use_measure(const char *account, struct disk_use *out)
{
	struct intern linked = { 0 };
	struct arena a = { 0 };

	for (size_t i = 0; i < DISK_USE_KINDS; i++) {
		struct dir_use use = { 0 };

		dir_use_add(&use, &linked, file_join(&a, account, disk_use_kinds[i]));
		out[i] = (struct disk_use){ disk_use_kinds[i], use.files, use.bytes, use.blocks };
	}
	intern_release(&linked);
	arena_release(&a);
}
