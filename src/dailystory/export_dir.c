#include "dailystory/export_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file is opened once this many bytes are pending. */
#define PIECE (256 * 1024)

int
export_dir_begin(struct export_dir *o, const char *final, enum file_keep keep, struct err *e)
{
	struct str path = str_c(final), dir;
	const char *slash, *name;

	*o = (struct export_dir){ .keep = keep, .jobs = 1 };
	if (keep == FILE_NOWHERE)
		return 0;
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	o->final = str_z(&o->arena, path);
	slash = strrchr(o->final, '/');
	name = slash == NULL ? o->final : slash + 1;
	dir = str_printf(
	    &o->arena, "%.*s.%s.tmp-%ld", (int)(name - o->final), o->final, name, (long)getpid());
	o->dir = str_z(&o->arena, dir);
	if (dir_remove(o->dir, e) < 0)
		return -1;
	return dir_make_quick(o->dir, e);
}

struct export_file *
export_dir_open(struct export_dir *o, struct str path)
{
	struct export_file *f = arena_zero(&o->arena, 1, sizeof(*f));

	f->path = str_copy(&o->arena, path);
	f->sha = sha256_new();
	o->files = mem_grow(o->files, o->n, &o->cap, sizeof(*o->files));
	o->files[o->n++] = f;
	return f;
}

static int
write_all(int fd, struct str s, const char *name, struct err *e)
{
	while (s.n > 0) {
		ssize_t w = write(fd, s.p, s.n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return err_sys(e, errno, "cannot write '%s'", name);
		s = str_of(s.p + w, s.n - (size_t)w);
	}
	return 0;
}

static int
make_subdirectory(struct export_dir *o, struct str path, struct err *e)
{
	if (o->has_segments || memchr(path.p, '/', path.n) == NULL)
		return 0;
	o->has_segments = true;
	return dir_make_quick(file_join(&o->arena, o->dir, "segments"), e);
}

static int
append(const char *name, struct str text, bool starts_early, struct err *e)
{
	int fd, rc;

	fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(e, errno, "cannot create '%s'", name);
	rc = write_all(fd, text, name, e);
	/* It is on its way to the disk while the rest is made, so that export_dir_commit waits once
	 * and not for each file.  fsync tells whether it arrived. */
	if (rc == 0 && starts_early)
		(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	if (rc == 0 && fchmod(fd, 0600) < 0)
		rc = err_sys(e, errno, "cannot set the mode of '%s'", name);
	if (close(fd) < 0 && rc == 0)
		rc = err_sys(e, errno, "cannot write '%s'", name);
	return rc;
}

/* Add the text to the file and to its digest. */
static int
write_text(const struct export_dir *o, struct export_file *f, struct str text, struct err *e)
{
	struct buf name = { 0 };
	int rc = 0;

	buf_z(&name, o->dir != NULL ? o->dir : "");
	buf_char(&name, '/');
	buf_str(&name, f->path);
	buf_char(&name, '\0');
	if (o->dir != NULL)
		rc = append(name.p, text, o->keep == FILE_DURABLE, e);
	if (rc == 0)
		sha256_add(f->sha, text.p, text.n);
	buf_release(&name);
	return rc;
}

static int
write_piece(void *context, struct err *e)
{
	struct export_dir *o = context;

	return write_text(o, o->writing.file, buf_view(&o->writing.text), e);
}

/* Start writing what is pending, once the piece before it is written. */
static int
write_pending(struct export_dir *o, struct export_file *f, struct err *e)
{
	struct buf written;

	if (o->dir != NULL && make_subdirectory(o, f->path, e) < 0)
		return -1;
	if (pool_wait(&o->writing.task, e) < 0)
		return -1;
	written = o->writing.text;
	o->writing.text = f->pending;
	o->writing.file = f;
	f->pending = written;
	buf_reset(&f->pending);
	pool_start(&o->writing.task, o->jobs, write_piece, o);
	return 0;
}

int
export_dir_text(struct export_dir *o, struct export_file *f, struct str text, struct err *e)
{
	buf_str(&f->pending, text);
	f->bytes += text.n;
	return f->pending.n >= PIECE ? write_pending(o, f, e) : 0;
}

int
export_dir_row(struct export_dir *o, struct export_file *f, struct str row, struct err *e)
{
	f->rows++;
	return export_dir_text(o, f, row, e);
}

static int
by_path(const void *x, const void *y)
{
	return str_cmp(
	    (*(struct export_file *const *)x)->path, (*(struct export_file *const *)y)->path);
}

/* Write what is still pending of a file. */
static int
finish_file(void *context, size_t worker, size_t i, struct err *e)
{
	const struct export_dir *o = context;
	struct export_file *f = o->files[i];

	(void)worker;
	if (f->sha == NULL)
		return 0;
	if (write_text(o, f, buf_view(&f->pending), e) < 0)
		return -1;
	f->sha256 = sha256_done(f->sha);
	f->sha = NULL;
	buf_release(&f->pending);
	return 0;
}

int
export_dir_finish(struct export_dir *o, struct err *e)
{
	if (pool_wait(&o->writing.task, e) < 0)
		return -1;
	for (size_t i = 0; o->dir != NULL && i < o->n; i++)
		if (make_subdirectory(o, o->files[i]->path, e) < 0)
			return -1;
	if (pool_run(o->jobs, o->n, finish_file, o, e) < 0)
		return -1;
	if (o->n > 1)
		qsort(o->files, o->n, sizeof(*o->files), by_path);
	return 0;
}

const struct export_file *
export_dir_find(const struct export_dir *o, struct str path)
{
	for (size_t i = 0; i < o->n; i++)
		if (str_eq(o->files[i]->path, path))
			return o->files[i];
	return NULL;
}

/* Whether the file that is there already has the same bytes. */
static bool
is_same_file(struct arena *a, const char *dir, const struct export_file *f)
{
	struct err e = ERR_INIT;
	struct str text;

	return file_load(a, file_join(a, dir, str_z(a, f->path)), UINT64_MAX, &text, &e) == 0 &&
	       strcmp(sha256_of(text).hex, f->sha256.hex) == 0;
}

/* Whether the export that is there already has the same files and no others. */
static bool
is_same(struct export_dir *o)
{
	struct err e = ERR_INIT;
	struct arena a = { 0 };
	struct str *names;
	size_t names_n, top = 0, below = 0;
	bool same = true;

	for (size_t i = 0; same && i < o->n; i++) {
		struct str path = o->files[i]->path;

		*(memchr(path.p, '/', path.n) == NULL ? &top : &below) += 1;
		same = is_same_file(&a, o->final, o->files[i]);
		arena_reset(&a);
	}
	if (same)
		same =
		    dir_list(&a, o->final, &names, &names_n, &e) == 0 &&
		    names_n == top + (below > 0) &&
		    dir_list(&a, file_join(&a, o->final, "segments"), &names, &names_n, &e) == 0 &&
		    names_n == below;
	arena_release(&a);
	return same;
}

/* The two change places in one step: an export holds the rules and settings that history is
 * replayed with, so at no time may it be missing or incomplete. */
static int
replace_final(struct export_dir *o, struct err *e)
{
	if (renameat2(AT_FDCWD, o->dir, AT_FDCWD, o->final, RENAME_EXCHANGE) == 0)
		return dir_sync_parent(o->final, e) < 0 ? -1 : dir_remove(o->dir, e);
	/* Not every file system can do that in one step. */
	if (errno != EINVAL && errno != ENOSYS)
		return err_sys(e, errno, "cannot replace '%s'", o->final);
	if (dir_remove(o->final, e) < 0)
		return -1;
	return dir_rename(o->dir, o->final, e);
}

int
export_dir_commit(struct export_dir *o, bool *replaced, struct err *e)
{
	bool is_there = replaced != NULL && o->dir != NULL && dir_exists(o->final);

	if (replaced != NULL)
		*replaced = false;
	if (o->dir == NULL)
		return 0;
	if (is_there && is_same(o))
		return dir_remove(o->dir, e);
	if (o->keep == FILE_QUICK && !is_there)
		return dir_rename_quick(o->dir, o->final, e);
	if (dir_sync(o->dir, e) < 0)
		return -1;
	if (!is_there)
		return dir_rename(o->dir, o->final, e);
	*replaced = true;
	return replace_final(o, e);
}

void
export_dir_release(struct export_dir *o)
{
	struct err ignored = ERR_INIT;

	if (pool_wait(&o->writing.task, &ignored) < 0)
		ignored.kind = ERR_NONE; /* the caller has the error already */
	if (o->dir != NULL && dir_remove(o->dir, &ignored) < 0)
		ignored.kind = ERR_NONE; /* the next run removes it */
	for (size_t i = 0; i < o->n; i++) {
		if (o->files[i]->sha != NULL)
			(void)sha256_done(o->files[i]->sha);
		buf_release(&o->files[i]->pending);
	}
	buf_release(&o->writing.text);
	mem_free(o->files);
	arena_release(&o->arena);
	*o = (struct export_dir){ 0 };
}
