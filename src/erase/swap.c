#include "erase/swap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

#define MARK ".erase-new"

static int
exchange(const char *dir, const char *place, struct err *e)
{
	if (renameat2(AT_FDCWD, dir, AT_FDCWD, place, RENAME_EXCHANGE) != 0) {
		if (errno != ENOENT || dir_exists(place))
			return err_sys(e, errno, "cannot exchange '%s' and '%s'", dir, place);
		if (dir_rename_quick(dir, place, e) < 0)
			return -1;
	}
	return dir_sync_parent(place, e) < 0 ? -1 : dir_sync_parent(dir, e);
}

int
swap_mark(const char *dir, struct err *e)
{
	struct arena a = { 0 };
	int rc = file_save(file_join(&a, dir, MARK), STR(""), e);

	arena_release(&a);
	return rc;
}

int
swap_dirs(const char *dir, const char *place, struct err *e)
{
	struct arena a = { 0 };
	char *mark = file_join(&a, place, MARK);
	int rc = 0;

	if (file_exists(file_join(&a, dir, MARK)))
		rc = exchange(dir, place, e);
	if (rc == 0 && unlink(mark) != 0 && errno != ENOENT)
		rc = err_sys(e, errno, "cannot remove '%s'", mark);
	if (rc == 0 && dir_exists(place))
		rc = dir_sync_parent(mark, e);
	arena_release(&a);
	return rc;
}

/* Whether a directory in ${from} can change places with one in ${to}. */
static int
try_exchange(const char *from, const char *to, struct err *e)
{
	struct arena a = { 0 };
	char *x = str_z(&a, str_printf(&a, "%s/.erase-x.tmp-%ld", from, (long)getpid()));
	char *y = str_z(&a, str_printf(&a, "%s/.erase-y.tmp-%ld", to, (long)getpid()));
	struct err ignored = ERR_INIT;
	int rc = dir_make_quick(x, e);

	if (rc == 0)
		rc = dir_make_quick(y, e);
	if (rc == 0 && renameat2(AT_FDCWD, x, AT_FDCWD, y, RENAME_EXCHANGE) != 0) {
		if (errno == EXDEV)
			err_set(e, ERR_FAILED, "'%s' is on another disk than '%s'", to, from);
		else
			err_set(e, ERR_FAILED,
			    "this file system cannot exchange two directories in one step");
		rc = err_advise(e,
		    "Move the account as a whole to a local disk (ext4, xfs, btrfs), erase there, "
		    "and move it back.");
	}
	if (dir_remove(x, rc < 0 ? &ignored : e) < 0 || dir_remove(y, rc < 0 ? &ignored : e) < 0)
		rc = -1;
	arena_release(&a);
	return rc;
}

/* What is derived is made beside the account's own; snapshots change places with what is among
 * them, and so do bases, with files of what was derived. */
int
swap_check(const char *account, struct err *e)
{
	static const char *const parts[] = { "diffs", "exports", "state", "bases" };
	struct arena a = { 0 };
	char *snapshots = file_join(&a, account, "snapshots");
	bool is_folded = dir_exists(file_join(&a, account, "bases"));
	int rc = try_exchange(account, account, e);

	if (rc == 0)
		rc = try_exchange(is_folded ? account : snapshots, snapshots, e);
	for (size_t i = 0; rc == 0 && i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *place = file_join(&a, account, parts[i]);

		if (dir_exists(place))
			rc = try_exchange(account, place, e);
	}
	arena_release(&a);
	return rc;
}
