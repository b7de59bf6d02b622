#include "fleet/roster.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/intern.h"
#include "base/num.h"

#define DEPTH 2                        /* of directories below the fleet's */
#define FILE_MOST (UINT64_C(16) << 20) /* bytes of a list of paths */
#define SHARDS_MOST 100000

struct finder {
	struct arena *a;
	struct roster *out;
	size_t cap, disabled_cap;
	struct err *e;
};

static int
compare(const void *x, const void *y)
{
	const struct roster_account *a = x, *b = y;

	return str_cmp(a->name, b->name);
}

/* A name goes into tables, JSON and lines parted by tabs, whatever a directory may be called.  Two
 * directories never get the same one: one of them would be left out. */
static struct str
tame(struct arena *a, struct str name)
{
	struct buf b = { 0 };
	struct str text;

	for (size_t i = 0; i < name.n;) {
		size_t len = utf8_len(name.p + i, name.n - i);
		unsigned char c = (unsigned char)name.p[i];

		if (len == 0 || c < 0x20 || c == 0x7f || c == '\\')
			buf_printf(&b, "\\x%02x", c);
		else
			buf_add(&b, name.p + i, len);
		i += len == 0 ? 1 : len;
	}
	text = str_copy(a, buf_view(&b));
	buf_release(&b);
	return text;
}

static void
add(struct finder *f, struct str name, const char *path)
{
	struct roster *r = f->out;
	struct roster_account account = { tame(f->a, name), path };

	if (file_exists(file_join(f->a, path, ".disabled"))) {
		r->disabled = arena_grow(
		    f->a, r->disabled, r->disabled_n, &f->disabled_cap, sizeof(*r->disabled));
		r->disabled[r->disabled_n++] = account;
		return;
	}
	r->list = arena_grow(f->a, r->list, r->n, &f->cap, sizeof(*r->list));
	r->list[r->n++] = account;
}

/* What cannot be looked into may be one: it is better told of than left out. */
static bool
is_account(struct arena *a, const char *path)
{
	struct stat st;

	if (lstat(file_join(a, path, "flowstory.json"), &st) == 0)
		return true;
	return access(path, R_OK | X_OK) != 0 && errno == EACCES;
}

/* The fleet's own, and what each disk of ext4 has. */
static bool
is_foreign(struct str name)
{
	return name.p[0] == '.' || str_eq(name, STR("lost+found"));
}

/* What lies in an account is no account. */
static int
find_below(struct finder *f, const char *dir, struct str above, unsigned depth, struct err *e)
{
	struct str *names;
	size_t n;

	if (dir_list(f->a, dir, &names, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const char *path = file_join(f->a, dir, str_z(f->a, names[i]));
		struct str name =
		    above.n == 0 ? names[i]
		                 : str_printf(f->a, "%.*s/%.*s", STR_ARG(above), STR_ARG(names[i]));
		struct err ignored = ERR_INIT;

		if (is_foreign(names[i]) || !dir_exists(path))
			continue;
		if (is_account(f->a, path) ||
		    (depth < DEPTH && find_below(f, path, name, depth + 1, &ignored) < 0))
			add(f, name, path);
	}
	return 0;
}

/* A '#' within a word is part of a name: what is left of "shop#2" may be an account, too. */
static struct str
without_comment(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '#' && (i == 0 || str_space(str_from(line, i - 1)) > 0))
			return str_of(line.p, i);
	return line;
}

/* A relative path begins at the file. */
static void
add_line(struct finder *f, struct str line)
{
	char *path;

	line = str_trim(without_comment(line));
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

/* The directory that a path leads to, whatever it is called; or the path where there is none. */
static bool
is_first(struct intern *seen, const char *path)
{
	struct stat st;
	uint64_t id[2];
	struct str key = str_c(path);
	uint32_t before = seen->n;

	if (stat(path, &st) == 0) {
		id[0] = (uint64_t)st.st_dev;
		id[1] = (uint64_t)st.st_ino;
		key = str_of((const char *)id, sizeof(id));
	}
	return intern_add(seen, key) >= before;
}

/* An account that has two names, such as a link, would meet its own lock, and count twice. */
static void
sort(struct roster *r)
{
	struct intern seen = { 0 };
	size_t kept = 0;

	if (r->is_account)
		(void)is_first(&seen, r->dir); /* a link within it makes it none of its own */
	if (r->n > 0)
		qsort(r->list, r->n, sizeof(*r->list), compare);
	for (size_t i = 0; i < r->n; i++)
		if (is_first(&seen, r->list[i].path))
			r->list[kept++] = r->list[i];
	r->n = kept;
	intern_release(&seen);
}

static int
fail_empty(const struct roster *r, const char *fleet, struct err *e)
{
	err_set(e, ERR_USAGE, "there is no account in the fleet '%s'", fleet);
	if (r->is_account)
		return err_advise(e, "It is an account itself: name the directory above it.");
	return err_advise(e, "An account is a directory with a flowstory.json in it, at most two "
	                     "levels down, and without a file .disabled.");
}

int
roster_load(struct arena *a, const char *fleet, struct roster *out, struct err *e)
{
	struct finder f = { .a = a, .out = out, .e = e };
	bool is_dir = dir_exists(fleet);

	*out = (struct roster){ .dir = is_dir ? fleet : dir_of(a, fleet) };
	out->is_account = is_dir && file_exists(file_join(a, fleet, "flowstory.json"));
	if (!is_dir && !file_exists(fleet)) {
		err_set(e, ERR_USAGE, "no such fleet: '%s'", fleet);
		return err_advise(
		    e, "Name a directory of accounts, or a file with a path per line, with -f.");
	}
	if ((is_dir ? find_below(&f, fleet, STR(""), 1, e) : read_list(&f, fleet)) < 0)
		return -1;
	sort(out);
	return out->n > 0 ? 0 : fail_empty(out, fleet, e);
}

int
roster_check_name(const char *name, struct err *e)
{
	struct arena a = { 0 };
	struct str rest = str_c(name);
	bool is_one = str_eq(tame(&a, rest), rest);

	for (unsigned depth = 1; is_one; depth++) {
		const char *slash = memchr(rest.p, '/', rest.n);
		struct str part = str_of(rest.p, slash == NULL ? rest.n : (size_t)(slash - rest.p));

		is_one = part.n > 0 && !is_foreign(part) && depth <= DEPTH;
		if (slash == NULL)
			break;
		rest = str_from(rest, part.n + 1);
	}
	arena_release(&a);
	if (is_one)
		return 0;
	err_set(e, ERR_USAGE, "no account of a fleet can be called '%s'", name);
	return err_advise(e, "It is a directory in that of the fleet, such as shop01 or "
	                     "denver/shop01, and does not begin with a dot.");
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
