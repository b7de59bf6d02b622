#include "lib/kv_files.h"

#include <errno.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

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
