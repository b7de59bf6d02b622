#include "base/dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/intern.h"

#define DIR_MODE 0700
#define STAT_BLOCK 512 /* what st_blocks counts in */
#define OPEN_DIR (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
#define REMOVE_TRIES 100

bool
dir_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int64_t
dir_changed(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return -1;
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

/* Some network file systems have no fsync for directories and say EINVAL. */
static int
sync_fd(int fd, bool is_dir)
{
	int rc;

	do
		rc = fsync(fd);
	while (rc != 0 && errno == EINTR);
	return rc != 0 && errno == EINVAL && is_dir ? 0 : rc;
}

/* The directory a path lies in, "." for a bare name; slashes at the end do not count. */
static char *
parent_of(const char *path)
{
	size_t n = strlen(path);
	char *parent;

	while (n > 1 && path[n - 1] == '/')
		n--;
	while (n > 0 && path[n - 1] != '/')
		n--;
	while (n > 1 && path[n - 1] == '/')
		n--;
	parent = mem_alloc(n + 2);
	memcpy(parent, n > 0 ? path : ".", n > 0 ? n : 1);
	parent[n > 0 ? n : 1] = '\0';
	return parent;
}

int
dir_sync_parent(const char *path, struct err *e)
{
	char *parent = parent_of(path);
	int fd = open(parent, OPEN_DIR);
	int rc = 0;

	if (fd < 0 || sync_fd(fd, true) != 0)
		rc = err_sys(e, errno, "cannot sync the directory '%s'", parent);
	if (fd >= 0)
		close(fd);
	mem_free(parent);
	return rc;
}

/* Returns 1 made, 0 there already, -1. */
static int
make_one(const char *path, struct err *e)
{
	int why;

	if (mkdir(path, DIR_MODE) == 0) {
		/* whatever the umask */
		if (chmod(path, DIR_MODE) != 0)
			return err_sys(e, errno, "cannot make '%s'", path);
		return 1;
	}
	why = errno;
	if (dir_exists(path))
		return 0;
	return err_sys(e, why, "cannot make the directory '%s'", path);
}

bool
dir_is_network(const char *path)
{
	/* NFS, SMB, CIFS, SMB2, AFS, Coda, 9p, Ceph, Lustre, OCFS2, GFS2 (linux/magic.h and
	 * statfs(2)) */
	static const uint32_t types[] = { 0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f,
		0x73757245, 0x01021997, 0x00c36400, 0x0bd00bd0, 0x7461636f, 0x01161970 };
	struct statfs s;

	if (statfs(path, &s) != 0)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if ((uint32_t)s.f_type == types[i])
			return true;
	return false;
}

int
dir_make(const char *path, struct err *e)
{
	int rc = make_one(path, e);

	return rc > 0 ? dir_sync_parent(path, e) : rc;
}

int
dir_make_quick(const char *path, struct err *e)
{
	return make_one(path, e) < 0 ? -1 : 0;
}

int
dir_make_all(const char *path, struct err *e)
{
	size_t n = strlen(path);
	char *part = mem_alloc(n + 1);
	int rc = 0;

	memcpy(part, path, n + 1);
	for (size_t i = 1; i < n && rc == 0; i++) {
		if (part[i] != '/')
			continue;
		part[i] = '\0';
		rc = dir_make(part, e);
		part[i] = '/';
	}
	mem_free(part);
	return rc == 0 ? dir_make(path, e) : -1;
}

/* All names in the directory, each terminated.  They are read before anything is done to them: a
 * directory that changes while it is read may skip some. */
static int
read_names(int fd, struct buf *names)
{
	/* closedir closes what it was given, and fd is still needed. */
	int own = openat(fd, ".", OPEN_DIR);
	DIR *dir = own < 0 ? NULL : fdopendir(own);
	struct dirent *entry;
	int why;

	if (dir == NULL) {
		if (own >= 0)
			close(own);
		return -1;
	}
	while (errno = 0, (entry = readdir(dir)) != NULL) {
		const char *name = entry->d_name;

		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			buf_add(names, name, strlen(name) + 1);
	}
	why = errno;
	closedir(dir);
	errno = why;
	return why == 0 ? 0 : -1;
}

/* The name after the one at ${at}. */
static size_t
next_name(const struct buf *names, size_t at)
{
	return at + strlen(names->p + at) + 1;
}

static int
too_deep(const char *name, struct err *e)
{
	return err_set(e, ERR_FAILED, "'%s' is more than %d directories deep", name, DIR_DEPTH);
}

/* The path itself, at depth 0, may be a link; nothing below it is followed. */
static int
sync_tree(int parent, const char *name, int depth, struct err *e)
{
	int links = depth == 0 ? 0 : O_NOFOLLOW;
	int fd = openat(parent, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | links);
	struct buf names = { 0 };
	struct stat st;
	int rc = 0;

	/* A link is nothing but its name, and that belongs to its directory. */
	if (fd < 0 && errno == ELOOP && links != 0)
		return 0;
	if (fd < 0 || fstat(fd, &st) != 0 || (S_ISDIR(st.st_mode) && read_names(fd, &names) != 0))
		rc = err_sys(e, errno, "cannot read '%s'", name);
	for (size_t i = 0; i < names.n && rc == 0; i = next_name(&names, i))
		rc = depth < DIR_DEPTH ? sync_tree(fd, names.p + i, depth + 1, e)
		                       : too_deep(names.p + i, e);
	if (rc == 0 && (S_ISDIR(st.st_mode) || S_ISREG(st.st_mode)) &&
	    sync_fd(fd, S_ISDIR(st.st_mode)) != 0)
		rc = err_sys(e, errno, "cannot sync '%s'", name);
	if (fd >= 0)
		close(fd);
	buf_release(&names);
	return rc;
}

int
dir_sync(const char *path, struct err *e)
{
	if (sync_tree(AT_FDCWD, path, 0, e) != 0)
		return err_wrap(e, "'%s'", path);
	return 0;
}

int
dir_rename_quick(const char *from, const char *to, struct err *e)
{
	/* Plain rename would take an empty directory's place. */
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	/* Not every file system can do that in one step. */
	if (errno == EINVAL && !dir_exists(to) && rename(from, to) == 0)
		return 0;
	return err_sys(e, errno, "cannot rename '%s' to '%s'", from, to);
}

int
dir_rename(const char *from, const char *to, struct err *e)
{
	if (dir_rename_quick(from, to, e) < 0)
		return -1;
	return dir_sync_parent(to, e);
}

static int remove_tree(int parent, const char *name, int depth, struct err *e);

static int
remove_names(int fd, const char *name, int depth, struct err *e)
{
	struct buf names = { 0 };
	int rc = 0;

	if (read_names(fd, &names) != 0)
		rc = err_sys(e, errno, "cannot read '%s'", name);
	for (size_t i = 0; i < names.n && rc == 0; i = next_name(&names, i))
		rc = depth < DIR_DEPTH ? remove_tree(fd, names.p + i, depth + 1, e)
		                       : too_deep(names.p + i, e);
	buf_release(&names);
	return rc;
}

/* Somebody who opens a store just then may leave a file in it. */
static int
remove_dir(int parent, int fd, const char *name, int depth, struct err *e)
{
	for (int tries = 0; tries < REMOVE_TRIES; tries++) {
		if (remove_names(fd, name, depth, e) < 0)
			return -1;
		if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
			return 0;
		if (errno != ENOTEMPTY && errno != EEXIST)
			break;
	}
	return err_sys(e, errno, "cannot remove '%s'", name);
}

static int
remove_tree(int parent, const char *name, int depth, struct err *e)
{
	int fd, rc;

	if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR)
		return err_sys(e, errno, "cannot remove '%s'", name);
	fd = openat(parent, name, OPEN_DIR | O_NOFOLLOW);
	if (fd < 0)
		return err_sys(e, errno, "cannot read '%s'", name);
	rc = remove_dir(parent, fd, name, depth, e);
	close(fd);
	return rc;
}

int
dir_remove(const char *path, struct err *e)
{
	if (remove_tree(AT_FDCWD, path, 0, e) != 0)
		return err_wrap(e, "'%s'", path);
	return 0;
}

int
dir_list(struct arena *a, const char *path, struct str **names, size_t *n, struct err *e)
{
	struct buf all = { 0 };
	struct str *list;
	size_t count = 0;
	const char *text;
	int fd = open(path, OPEN_DIR);

	if (fd < 0 && errno != ENOENT)
		return err_sys(e, errno, "cannot open '%s'", path);
	if (fd >= 0 && read_names(fd, &all) != 0) {
		err_sys(e, errno, "cannot read '%s'", path);
		close(fd);
		buf_release(&all);
		return -1;
	}
	if (fd >= 0)
		close(fd);
	for (size_t i = 0; i < all.n; i = next_name(&all, i))
		count++;
	text = arena_bytes(a, all.p, all.n);
	buf_release(&all);
	list = arena_array(a, count, sizeof(*list));
	for (size_t i = 0; i < count; i++) {
		list[i] = str_c(text);
		text += list[i].n + 1;
	}
	if (count > 1)
		qsort(list, count, sizeof(*list), str_order);
	*names = list;
	*n = count;
	return 0;
}

/* Returns: whether it counts; a file that did under another name does not. */
static bool
is_first_name(struct intern *linked, const struct stat *st)
{
	const uint64_t key[2] = { (uint64_t)st->st_dev, (uint64_t)st->st_ino };
	struct str name = str_of((const char *)key, sizeof(key));

	if (st->st_nlink < 2)
		return true;
	if (intern_find(linked, name) != 0)
		return false;
	(void)intern_add(linked, name);
	return true;
}

static void
use_tree(struct dir_use *use, struct intern *linked, int parent, const char *name, int depth)
{
	struct buf names = { 0 };
	struct stat st;
	int fd, rc;

	if (depth > DIR_DEPTH || fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	if (!S_ISDIR(st.st_mode)) {
		if (S_ISREG(st.st_mode) && is_first_name(linked, &st)) {
			use->files++;
			use->bytes += (uint64_t)st.st_size;
			use->blocks += (uint64_t)st.st_blocks * STAT_BLOCK;
		}
		return;
	}
	use->blocks += (uint64_t)st.st_blocks * STAT_BLOCK;
	fd = openat(parent, name, OPEN_DIR | O_NOFOLLOW);
	rc = fd < 0 ? -1 : read_names(fd, &names);
	if (rc != 0 && errno == ENOMEM)
		mem_out(); /* or the sum would be too small without a word */
	for (size_t i = 0; rc == 0 && i < names.n; i = next_name(&names, i))
		use_tree(use, linked, fd, names.p + i, depth + 1);
	if (fd >= 0)
		close(fd);
	buf_release(&names);
}

void
dir_use_add(struct dir_use *use, struct intern *linked, const char *path)
{
	use_tree(use, linked, AT_FDCWD, path, 0);
}
