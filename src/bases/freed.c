#include "bases/freed.h"

#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"

#define BLOCK 512 /* what st_blocks counts in */

struct freed_file {
	uint64_t bytes, names, gone;
};

static void
add_file(struct freed *f, const struct stat *st)
{
	uint64_t key[2] = { (uint64_t)st->st_dev, (uint64_t)st->st_ino };
	uint32_t i = intern_add(&f->files, str_of((const char *)key, sizeof(key)));

	f->list = mem_reach(f->list, i, &f->cap, sizeof(*f->list));
	f->list[i].bytes = (uint64_t)st->st_blocks * BLOCK;
	f->list[i].names = (uint64_t)st->st_nlink;
	f->list[i].gone++;
}

static void
add(struct freed *f, const char *path, unsigned depth)
{
	struct err ignored = ERR_INIT;
	struct arena a = { 0 };
	struct str *names;
	struct stat st;
	size_t n;

	if (depth > DIR_DEPTH || lstat(path, &st) != 0)
		return;
	if (!S_ISDIR(st.st_mode)) {
		add_file(f, &st);
		return;
	}
	if (dir_list(&a, path, &names, &n, &ignored) == 0)
		for (size_t i = 0; i < n; i++)
			add(f, file_join(&a, path, str_z(&a, names[i])), depth + 1);
	arena_release(&a);
}

void
freed_add(struct freed *f, const char *path)
{
	add(f, path, 0);
}

static uint64_t
sum(const struct freed *f, bool is_last)
{
	uint64_t bytes = 0;

	for (uint32_t i = 1; i < f->files.n; i++)
		if ((f->list[i].gone >= f->list[i].names) == is_last)
			bytes += f->list[i].bytes;
	return bytes;
}

uint64_t
freed_bytes(const struct freed *f)
{
	return sum(f, true);
}

uint64_t
freed_shared(const struct freed *f)
{
	return sum(f, false);
}

void
freed_release(struct freed *f)
{
	intern_release(&f->files);
	mem_free(f->list);
	*f = (struct freed){ .cap = 0 };
}
