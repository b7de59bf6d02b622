#include "erase/erase_room.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/arena.h"
#include "base/file.h"

static int
fail_link(const char *path, struct err *e)
{
	err_set(e, ERR_FAILED, "'%s' is a link: what it leads to would stay as it is", path);
	return err_advise(e, "Nothing was changed. Put what it leads to in its place, then run the "
	                     "command again.");
}

/* The size of what is there. */
static int
measure(const char *path, uint64_t *bytes, struct err *e)
{
	struct arena a = { 0 };
	struct str *names;
	struct stat st;
	size_t n = 0;
	int rc = 0;

	if (lstat(path, &st) != 0)
		return 0;
	if (S_ISLNK(st.st_mode))
		return fail_link(path, e);
	if (S_ISREG(st.st_mode))
		*bytes += (uint64_t)st.st_size;
	else if (S_ISDIR(st.st_mode))
		rc = dir_list(&a, path, &names, &n, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = measure(file_join(&a, path, str_z(&a, names[i])), bytes, e);
	arena_release(&a);
	return rc;
}

static int
measure_all(const char *account, const struct erase_plan *plan, uint64_t *bytes, struct err *e)
{
	static const char *const parts[] = { "state", "diffs", "exports", "bases" };
	struct arena a = { 0 };
	char *snapshots = file_join(&a, account, "snapshots");
	uint64_t ignored = 0; /* of a snapshot, only touched pages are there twice */
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(parts) / sizeof(parts[0]); i++)
		rc = measure(file_join(&a, account, parts[i]), bytes, e);
	for (size_t i = 0; rc == 0 && i < plan->snapshots_n; i++)
		rc = measure(file_join(&a, snapshots, str_z(&a, plan->snapshots[i])), &ignored, e);
	arena_release(&a);
	return rc;
}

int
erase_room_check(const char *account, const struct erase_plan *plan, struct err *e)
{
	struct statvfs room;
	uint64_t bytes = plan->bytes;

	if (measure_all(account, plan, &bytes, e) < 0)
		return -1;
	if (statvfs(account, &room) != 0 || (uint64_t)room.f_bavail * room.f_frsize >= bytes)
		return 0;
	err_set(e, ERR_FAILED, "%llu bytes are needed for the time being, and the disk has %llu",
	    (unsigned long long)bytes,
	    (unsigned long long)room.f_bavail * (unsigned long long)room.f_frsize);
	return err_advise(e, "Nothing was changed. Make room, then run the command again.");
}
