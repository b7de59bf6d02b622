#include "report/disk.h"

#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/intern.h"

static const char *const kinds[] = { "snapshots", "terms", "diffs", "exports", "state", "push",
	"bases" };
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct walk {
	struct intern linked; /* files with several names that were counted: device and inode */
	struct report_disk *out;
	struct err *e;
};

static void
count_file(struct walk *w, const struct stat *st)
{
	ino_t key[2] = { (ino_t)st->st_dev, st->st_ino };
	struct str name = str_of((const char *)key, sizeof(key));

	if (st->st_nlink > 1) {
		if (intern_find(&w->linked, name) != 0)
			return;
		(void)intern_add(&w->linked, name);
	}
	w->out->files++;
	w->out->bytes += (uint64_t)st->st_size;
}

static int
count_dir(struct walk *w, const char *path, unsigned depth)
{
	struct arena a = { 0 };
	struct str *names;
	size_t n;
	int rc = dir_list(&a, path, &names, &n, w->e);

	for (size_t i = 0; i < n && rc == 0; i++) {
		const char *file = file_join(&a, path, str_z(&a, names[i]));
		struct stat st;

		/* it may be gone since: another run sweeps what is unfinished */
		if (lstat(file, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < DIR_DEPTH)
			rc = count_dir(w, file, depth + 1);
		else if (S_ISREG(st.st_mode))
			count_file(w, &st);
	}
	arena_release(&a);
	return rc;
}

int
disk_count(struct arena *a, const char *account, struct report_model *m, struct err *e)
{
	struct walk w = { .e = e };
	int rc = 0;

	m->disk = arena_zero(a, KINDS, sizeof(*m->disk));
	for (size_t i = 0; i < KINDS && rc == 0; i++) {
		w.out = &m->disk[m->disk_n];
		w.out->kind = kinds[i];
		rc = count_dir(&w, file_join(a, account, kinds[i]), 0);
		m->disk_n += w.out->files > 0;
	}
	intern_release(&w.linked);
	return rc;
}
