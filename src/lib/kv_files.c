#include "lib/kv_files.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

#define LOCK_BYTES 8192 /* as LMDB makes it for 126 readers */

int
kv_files_look(const char *dir, struct kv_files *out)
{
	struct arena a = { 0 };
	struct stat st = { 0 };
	int why = stat(file_join(&a, dir, KV_FILES_DATA), &st) == 0 ? 0 : errno;

	out->size = (size_t)st.st_size;
	out->is_locked = file_exists(file_join(&a, dir, KV_FILES_LOCK));
	arena_release(&a);
	return why;
}

int
kv_files_reserve(const char *dir)
{
	struct arena a = { 0 };
	int why = file_reserve(file_join(&a, dir, KV_FILES_LOCK), LOCK_BYTES);

	arena_release(&a);
	return why;
}

int
kv_files_close_off(const char *dir)
{
	struct arena a = { 0 };
	int why = 0;

	if (chmod(file_join(&a, dir, KV_FILES_DATA), KV_FILES_MODE) != 0 ||
	    chmod(file_join(&a, dir, KV_FILES_LOCK), KV_FILES_MODE) != 0)
		why = errno;
	arena_release(&a);
	return why;
}

void
kv_files_drop(const char *dir)
{
	struct arena a = { 0 };

	unlink(file_join(&a, dir, KV_FILES_DATA));
	arena_release(&a);
}

int
kv_files_sync(const char *dir, struct err *e)
{
	struct arena a = { 0 };
	int rc = dir_sync_parent(file_join(&a, dir, KV_FILES_DATA), e);

	arena_release(&a);
	return rc;
}

bool
kv_files_are_there(const char *dir)
{
	struct arena a = { 0 };
	bool is_there = file_exists(file_join(&a, dir, KV_FILES_DATA));

	arena_release(&a);
	return is_there;
}

static int
remove_file(const char *path, struct err *e)
{
	if (unlink(path) == 0 || errno == ENOENT)
		return 0;
	return err_sys(e, errno, "cannot remove '%s'", path);
}

/* The lock first: with that of another file a writer would take the wrong commit for the last. */
int
kv_files_remove(const char *dir, struct err *e)
{
	struct arena a = { 0 };
	int rc = remove_file(file_join(&a, dir, KV_FILES_LOCK), e);

	if (rc == 0)
		rc = remove_file(file_join(&a, dir, KV_FILES_DATA), e);
	arena_release(&a);
	return rc;
}
