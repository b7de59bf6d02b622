#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

#define FILE_MODE 0600
#define PUBLIC_MODE 0644
#define PENDING_MAX ((size_t)64 << 10)
#define READ_FIRST ((size_t)64 << 10) /* where the size is not known */

/* Reads until n bytes are there or the file ends. */
static ssize_t
read_full(int fd, char *p, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = read(fd, p + got, n - got);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -1;
		if (r == 0)
			break;
		got += (size_t)r;
	}
	return (ssize_t)got;
}

static int
too_large(const char *path, uint64_t limit, struct err *e)
{
	return err_set(
	    e, ERR_FAILED, "'%s' is larger than %llu bytes", path, (unsigned long long)limit);
}

/* The size fstat gives is only a first guess: a pipe has none, and a file may grow.  One byte more
 * is asked for, so that the end is seen. */
static int
load_fd(struct arena *a, int fd, const char *path, uint64_t limit, struct str *out, struct err *e)
{
	struct stat st;
	size_t cap = READ_FIRST, n = 0;
	char *p;

	if (fstat(fd, &st) != 0)
		return err_sys(e, errno, "cannot read '%s'", path);
	if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > limit)
		return too_large(path, limit, e);
	if (S_ISREG(st.st_mode) && st.st_size > 0)
		cap = (size_t)st.st_size + 1;
	p = arena_array(a, cap, 1);
	for (;;) {
		ssize_t got = read_full(fd, p + n, cap - n);
		char *more;

		if (got < 0)
			return err_sys(e, errno, "cannot read '%s'", path);
		n += (size_t)got;
		if (n > limit)
			return too_large(path, limit, e);
		if (n < cap)
			break;
		more = arena_array(a, cap, 2);
		memcpy(more, p, n);
		p = more;
		cap *= 2;
	}
	*out = str_of(p, n);
	return 0;
}

int
file_load(struct arena *a, const char *path, uint64_t limit, struct str *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int rc;

	if (fd < 0)
		return err_sys(e, errno, "cannot open '%s'", path);
	rc = load_fd(a, fd, path, limit, out, e);
	close(fd);
	return rc;
}

/* In the same directory, so that the rename stays within one file system. */
static char *
temporary_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	struct buf b = { 0 };

	buf_add(&b, path, (size_t)(name - path));
	buf_printf(&b, ".%s.tmp-%ld", name, (long)getpid());
	buf_char(&b, '\0');
	return b.p;
}

static int
open_new(const char *path)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
	int fd = open(path, flags, FILE_MODE);

	/* left by a process that died and had the same number */
	if (fd < 0 && errno == EEXIST && unlink(path) == 0)
		fd = open(path, flags, FILE_MODE);
	return fd;
}

static int
fail_place(const char *path, struct err *e)
{
	err_set(e, ERR_FAILED, "'%s' is not a regular file", path);
	return err_advise(e, "It is left as it is. Name a file.");
}

int
file_create(struct file_out *f, const char *path, struct err *e)
{
	struct stat st;

	*f = (struct file_out)FILE_OUT_INIT;
	/* a rename would put a file in the place of a device, for everybody */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return fail_place(path, e);
	f->path = mem_got(strdup(path));
	f->tmp = temporary_name(path);
	f->fd = open_new(f->tmp);
	if (f->fd < 0 || fchmod(f->fd, FILE_MODE) != 0) {
		err_sys(e, errno, "cannot create '%s'", path);
		file_abandon(f);
		return -1;
	}
	return 0;
}

static int
write_full(struct file_out *f, const char *p, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t w = write(f->fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return err_sys(e, w == 0 ? EIO : errno, "cannot write '%s'", f->path);
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

static int
flush(struct file_out *f, struct err *e)
{
	if (write_full(f, f->pending.p, f->pending.n, e) != 0)
		return -1;
	buf_reset(&f->pending);
	return 0;
}

int
file_put(struct file_out *f, const void *p, size_t n, struct err *e)
{
	if (f->pending.n + n > PENDING_MAX && flush(f, e) != 0)
		return -1;
	if (n >= PENDING_MAX) {
		if (write_full(f, p, n, e) != 0)
			return -1;
	} else {
		buf_add(&f->pending, p, n);
	}
	f->size += n;
	return 0;
}

static int
sync_fd(int fd)
{
	int rc;

	do
		rc = fsync(fd);
	while (rc != 0 && errno == EINTR);
	return rc;
}

static void
clear(struct file_out *f)
{
	mem_free(f->path);
	mem_free(f->tmp);
	buf_release(&f->pending);
	*f = (struct file_out)FILE_OUT_INIT;
}

/* All that can fail before the name appears. */
static int
finish(struct file_out *f, bool is_durable, struct err *e)
{
	int rc;

	if (flush(f, e) != 0)
		return -1;
	if (is_durable && sync_fd(f->fd) != 0)
		return err_sys(e, errno, "cannot write '%s'", f->path);
	rc = close(f->fd);
	f->fd = -1;
	/* Linux has closed it even if it says EINTR. */
	if (rc != 0 && errno != EINTR)
		return err_sys(e, errno, "cannot write '%s'", f->path);
	if (rename(f->tmp, f->path) != 0)
		return err_sys(e, errno, "cannot rename to '%s'", f->path);
	return 0;
}

int
file_commit(struct file_out *f, struct err *e)
{
	int rc;

	if (finish(f, true, e) != 0) {
		file_abandon(f);
		return -1;
	}
	rc = dir_sync_parent(f->path, e);
	clear(f);
	return rc;
}

int
file_close(struct file_out *f, struct err *e)
{
	if (finish(f, false, e) != 0) {
		file_abandon(f);
		return -1;
	}
	clear(f);
	return 0;
}

void
file_abandon(struct file_out *f)
{
	if (f->fd >= 0)
		close(f->fd);
	if (f->tmp != NULL)
		unlink(f->tmp);
	clear(f);
}

static int
save(const char *path, struct str text, mode_t mode, struct err *e)
{
	struct file_out f;

	if (file_create(&f, path, e) != 0)
		return -1;
	if (mode != FILE_MODE && fchmod(f.fd, mode) != 0) {
		err_sys(e, errno, "cannot create '%s'", path);
		file_abandon(&f);
		return -1;
	}
	if (file_put(&f, text.p, text.n, e) != 0) {
		file_abandon(&f);
		return -1;
	}
	return file_commit(&f, e);
}

int
file_save(const char *path, struct str text, struct err *e)
{
	return save(path, text, FILE_MODE, e);
}

int
file_save_public(const char *path, struct str text, struct err *e)
{
	return save(path, text, PUBLIC_MODE, e);
}

int
file_write(const char *path, struct str text, struct err *e)
{
	struct file_out f = FILE_OUT_INIT;
	int rc = file_create(&f, path, e);

	if (rc == 0)
		rc = file_put(&f, text.p, text.n, e);
	if (rc == 0)
		rc = file_close(&f, e);
	if (rc < 0)
		file_abandon(&f);
	return rc;
}

int
file_link(const char *from, const char *to)
{
	if (unlink(to) != 0 && errno != ENOENT)
		return errno;
	return link(from, to) == 0 ? 0 : errno;
}

/* Not every file system can say whether it has the room. */
int
file_reserve(const char *path, uint64_t size)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
	int why = 0;

	if (fd < 0)
		return errno;
	if (fallocate(fd, 0, 0, (off_t)size) != 0 && errno != EOPNOTSUPP)
		why = errno;
	close(fd);
	return why;
}

bool
file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

char *
file_join(struct arena *a, const char *x, const char *y)
{
	size_t nx = strlen(x), ny = strlen(y);
	bool has_slash = nx == 0 || x[nx - 1] == '/';
	char *path = arena_array(a, nx + ny + 2, 1);

	memcpy(path, x, nx);
	if (!has_slash)
		path[nx++] = '/';
	memcpy(path + nx, y, ny + 1);
	return path;
}
