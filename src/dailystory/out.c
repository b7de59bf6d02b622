#include "dailystory/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* Bytes gathered before a file is opened for them. */
#define PIECE (256 * 1024)

int
out_begin(struct out *o, const char *final, struct err *e)
{
	const char *slash = strrchr(final, '/');
	size_t parent = slash == NULL ? 0 : (size_t)(slash + 1 - final);
	struct str dir;

	*o = (struct out){ 0 };
	o->final = str_z(&o->arena, str_c(final));
	dir = str_printf(&o->arena, "%.*s.%s.tmp-%ld", (int)parent, final,
	    final + parent, (long)getpid());
	o->dir = str_z(&o->arena, dir);
	if (dir_remove(o->dir, e) < 0)
		return -1;
	return dir_make(o->dir, e);
}

struct out_file *
out_open(struct out *o, struct str path)
{
	struct out_file *f = arena_zero(&o->arena, 1, sizeof(*f));

	f->path = str_copy(&o->arena, path);
	f->sha = sha256_new();
	if (o->n == o->cap) {
		o->cap = o->cap == 0 ? 32 : 2 * o->cap;
		o->files = mem_resize(o->files, o->cap, sizeof(*o->files));
	}
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
make_subdirectory(struct out *o, struct str path, struct err *e)
{
	if (o->has_segments || memchr(path.p, '/', path.n) == NULL)
		return 0;
	o->has_segments = true;
	return dir_make(path_join(&o->arena, o->dir, "segments"), e);
}

static int
flush(struct out *o, struct out_file *f, struct err *e)
{
	struct arena_mark m = arena_mark(&o->arena);
	char *name;
	int fd, rc;

	if (make_subdirectory(o, f->path, e) < 0)
		return -1;
	name = path_join(&o->arena, o->dir, str_z(&o->arena, f->path));
	fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd < 0)
		return err_sys(e, errno, "cannot make '%s'", name);
	rc = write_all(fd, buf_view(&f->pending), name, e);
	if (rc == 0 && fchmod(fd, 0600) < 0)
		rc = err_sys(e, errno, "cannot set the mode of '%s'", name);
	if (close(fd) < 0 && rc == 0)
		rc = err_sys(e, errno, "cannot write '%s'", name);
	sha256_add(f->sha, f->pending.p, f->pending.n);
	buf_reset(&f->pending);
	arena_back(&o->arena, m);
	return rc;
}

int
out_text(struct out *o, struct out_file *f, struct str text, struct err *e)
{
	buf_str(&f->pending, text);
	f->bytes += text.n;
	return f->pending.n >= PIECE ? flush(o, f, e) : 0;
}

int
out_row(struct out *o, struct out_file *f, struct str row, struct err *e)
{
	f->rows++;
	return out_text(o, f, row, e);
}

static int
by_path(const void *x, const void *y)
{
	return str_cmp((*(struct out_file *const *)x)->path,
	    (*(struct out_file *const *)y)->path);
}

int
out_finish(struct out *o, struct err *e)
{
	for (size_t i = 0; i < o->n; i++) {
		struct out_file *f = o->files[i];

		if (f->sha == NULL)
			continue;
		if (flush(o, f, e) < 0)
			return -1;
		f->sha256 = sha256_done(f->sha);
		f->sha = NULL;
		buf_release(&f->pending);
	}
	qsort(o->files, o->n, sizeof(*o->files), by_path);
	return 0;
}

static int
load(struct arena *a, const char *dir, struct str path, struct str *out,
    struct err *e)
{
	return file_load(
	    a, path_join(a, dir, str_z(a, path)), UINT64_MAX, out, e);
}

/* Whether the export that is there already holds the same files with the same bytes. */
static bool
is_same(struct out *o)
{
	struct err e = ERR_INIT;
	struct arena a = { 0 };
	struct str ours, theirs;
	struct str *names;
	size_t names_n, top = 0, below = 0;
	bool same = true;

	for (size_t i = 0; same && i < o->n; i++) {
		struct str path = o->files[i]->path;

		if (memchr(path.p, '/', path.n) == NULL)
			top++;
		else
			below++;
		same = load(&a, o->dir, path, &ours, &e) == 0 &&
		    load(&a, o->final, path, &theirs, &e) == 0 &&
		    str_eq(ours, theirs);
		arena_reset(&a);
	}
	if (same)
		same = dir_list(&a, o->final, &names, &names_n, &e) == 0 &&
		    names_n == top + (below > 0) &&
		    dir_list(&a, path_join(&a, o->final, "segments"), &names,
		        &names_n, &e) == 0 &&
		    names_n == below;
	arena_release(&a);
	return same;
}

int
out_commit(struct out *o, bool *replaced, struct err *e)
{
	if (replaced != NULL)
		*replaced = false;
	if (replaced != NULL && dir_exists(o->final)) {
		if (is_same(o))
			return dir_remove(o->dir, e);
		*replaced = true;
		if (dir_sync(o->dir, e) < 0 || dir_remove(o->final, e) < 0)
			return -1;
	}
	if (dir_sync(o->dir, e) < 0)
		return -1;
	return dir_rename(o->dir, o->final, e);
}

void
out_release(struct out *o)
{
	struct err ignored = ERR_INIT;

	if (o->dir != NULL && dir_remove(o->dir, &ignored) < 0)
		ignored.kind = ERR_NONE; /* the next run sweeps it away */
	for (size_t i = 0; i < o->n; i++) {
		if (o->files[i]->sha != NULL)
			(void)sha256_done(o->files[i]->sha);
		buf_release(&o->files[i]->pending);
	}
	mem_free(o->files);
	arena_release(&o->arena);
	*o = (struct out){ 0 };
}
