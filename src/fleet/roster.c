#include "fleet/roster.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/num.h"

#define DEPTH 2                        /* of directories below the fleet's */
#define FILE_MOST (UINT64_C(16) << 20) /* bytes of a list of paths */
#define SHARDS_MOST 100000

struct finder {
	struct arena *a;
	struct roster *out;
	size_t cap;
	struct err *e;
};

static int
compare(const void *x, const void *y)
{
	const struct roster_account *a = x, *b = y;

	return str_cmp(a->name, b->name);
}

/* A name goes into tables, JSON and lines parted by tabs, whatever a directory may be called. */
static struct str
tame(struct arena *a, struct str name)
{
	char *text = arena_bytes(a, name.p, name.n);

	for (size_t i = 0; i < name.n;) {
		size_t len = utf8_len(text + i, name.n - i);

		if (len == 0 || (unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			text[i] = '?';
		i += len == 0 ? 1 : len;
	}
	return str_of(text, name.n);
}

static void
add(struct finder *f, struct str name, const char *path)
{
	struct roster *r = f->out;

	if (file_exists(file_join(f->a, path, ".disabled"))) {
		r->disabled++;
		return;
	}
	r->list = arena_grow(f->a, r->list, r->n, &f->cap, sizeof(*r->list));
	r->list[r->n++] = (struct roster_account){ tame(f->a, name), path };
}

/* What lies in an account is no account. */
static int
find_below(struct finder *f, const char *dir, struct str above, unsigned depth)
{
	struct str *names;
	size_t n;

	if (dir_list(f->a, dir, &names, &n, f->e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const char *path = file_join(f->a, dir, str_z(f->a, names[i]));
		struct str name =
		    above.n == 0 ? names[i]
		                 : str_printf(f->a, "%.*s/%.*s", STR_ARG(above), STR_ARG(names[i]));

		if (names[i].p[0] == '.' || !dir_exists(path))
			continue;
		if (file_exists(file_join(f->a, path, "flowstory.json")))
			add(f, name, path);
		else if (depth < DEPTH && find_below(f, path, name, depth + 1) < 0)
			return -1;
	}
	return 0;
}

/* A relative path begins at the file. */
static void
add_line(struct finder *f, struct str line)
{
	const char *hash = memchr(line.p, '#', line.n);
	char *path;

	if (hash != NULL)
		line.n = (size_t)(hash - line.p);
	line = str_trim(line);
	while (line.n > 1 && line.p[line.n - 1] == '/')
		line.n--;
	if (line.n == 0)
		return;
	path = str_z(f->a, line);
	add(f, line, path[0] == '/' ? path : file_join(f->a, f->out->dir, path));
}

static int
read_list(struct finder *f, const char *path)
{
	struct str text;

	if (file_load(f->a, path, FILE_MOST, &text, f->e) < 0)
		return -1;
	if (memchr(text.p, '\0', text.n) != NULL) {
		err_set(f->e, ERR_SETTINGS, "the fleet '%s' is not text", path);
		return err_advise(
		    f->e, "A fleet is a directory of accounts, or a file with a path per line.");
	}
	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end == NULL ? text.n : (size_t)(end - text.p);

		add_line(f, str_of(text.p, n));
		text = str_from(text, end == NULL ? n : n + 1);
	}
	return 0;
}

static const char *
dir_of(struct arena *a, const char *file)
{
	const char *slash = strrchr(file, '/');

	if (slash == NULL)
		return ".";
	return str_z(a, str_of(file, slash == file ? 1 : (size_t)(slash - file)));
}

/* An account that is named twice would meet its own lock. */
static void
sort(struct roster *r)
{
	size_t kept = 0;

	if (r->n > 0)
		qsort(r->list, r->n, sizeof(*r->list), compare);
	for (size_t i = 0; i < r->n; i++)
		if (kept == 0 || !str_eq(r->list[i].name, r->list[kept - 1].name))
			r->list[kept++] = r->list[i];
	r->n = kept;
}

int
roster_load(struct arena *a, const char *fleet, struct roster *out, struct err *e)
{
	struct finder f = { .a = a, .out = out, .e = e };
	bool is_dir = dir_exists(fleet);

	*out = (struct roster){ .dir = is_dir ? fleet : dir_of(a, fleet) };
	if (!is_dir && !file_exists(fleet)) {
		err_set(e, ERR_USAGE, "no such fleet: '%s'", fleet);
		return err_advise(
		    e, "Name a directory of accounts, or a file with a path per line, with -f.");
	}
	if ((is_dir ? find_below(&f, fleet, STR(""), 1) : read_list(&f, fleet)) < 0)
		return -1;
	sort(out);
	if (out->n > 0)
		return 0;
	err_set(e, ERR_USAGE, "there is no account in the fleet '%s'", fleet);
	return err_advise(e, "An account is a directory with a flowstory.json in it, at most two "
	                     "levels down, and without a file .disabled.");
}

int
roster_parse_shard(const char *text, struct roster_shard *out, struct err *e)
{
	const char *slash = strchrnul(text, '/');
	uint64_t part, of;

	if (*slash == '\0' || !num_u64(str_of(text, (size_t)(slash - text)), &part) ||
	    !num_u64(str_c(slash + 1), &of) || part < 1 || part > of || of > SHARDS_MOST)
		return err_set(e, ERR_USAGE,
		    "--shard takes a part and their number, such as 1/8, not '%s'", text);
	*out = (struct roster_shard){ (size_t)part - 1, (size_t)of };
	return 0;
}

static bool
matches(const struct roster_account *x, const char *const *globs, size_t n)
{
	struct arena a = { 0 };
	const char *name = str_z(&a, x->name);
	bool is_match = n == 0;

	for (size_t i = 0; i < n && !is_match; i++)
		is_match = fnmatch(globs[i], name, 0) == 0;
	arena_release(&a);
	return is_match;
}

static bool
matches_any(const struct roster *r, const char *glob)
{
	for (size_t i = 0; i < r->n; i++)
		if (matches(&r->list[i], &glob, 1))
			return true;
	return false;
}

int
roster_choose(
    struct roster *r, struct roster_shard shard, const char *const *globs, size_t n, struct err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!matches_any(r, globs[i]))
			return err_set(
			    e, ERR_USAGE, "--only '%s' matches no account of the fleet", globs[i]);
	for (size_t i = 0; i < r->n; i++)
		if (i % shard.of == shard.part && matches(&r->list[i], globs, n))
			r->list[kept++] = r->list[i];
	r->n = kept;
	return 0;
}
