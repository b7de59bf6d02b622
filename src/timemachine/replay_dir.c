#include "timemachine/replay_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/account.h"
#include "lib/json_writer.h"
#include "lib/sha256.h"

#define NOTE "replay.json"
#define NOTE_LIMIT (UINT64_C(1) << 20)
#define RULES_LIMIT (UINT64_C(1) << 22)

static const char *const parts[] = { "state", "diffs", "exports" };

#define PARTS (sizeof(parts) / sizeof(parts[0]))

/* The real path; of one that does not exist yet, its parent's. */
static char *
resolve(struct replay_dir *r, const char *path, struct err *e)
{
	char *real = realpath(path, NULL), *out;

	if (real == NULL && errno == ENOENT)
		real = realpath(dirname(str_z(&r->arena, str_c(path))), NULL);
	if (real == NULL) {
		err_sys(e, errno, "cannot use '%s'", path);
		e->kind = ERR_USAGE;
		return NULL;
	}
	out = str_z(&r->arena, str_c(real));
	free(real);
	return out;
}

static bool
is_inside(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (n > 0 && dir[n - 1] == '/')
		n--;
	return strncmp(path, dir, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

/* Nothing may be written into the account, not through a link in the directory either. */
static int
check_place(struct replay_dir *r, struct err *e)
{
	char *account = resolve(r, r->account, e);
	char *dir = account == NULL ? NULL : resolve(r, r->dir, e);
	struct stat st;

	if (dir == NULL)
		return -1;
	if (is_inside(dir, account)) {
		err_set(e, ERR_USAGE, "--out '%s' is inside the account", r->dir);
		return err_advise(e, "Choose a directory outside it: a replay never writes there.");
	}
	if (lstat(dir, &st) == 0 && !S_ISDIR(st.st_mode))
		return err_set(e, ERR_USAGE, "--out '%s' is not a directory", r->dir);
	for (size_t i = 0; i < PARTS; i++) {
		const char *part = file_join(&r->arena, r->dir, parts[i]);

		if (lstat(part, &st) == 0 && !S_ISDIR(st.st_mode))
			return err_set(e, ERR_USAGE, "'%s' is not a directory", part);
	}
	return 0;
}

/* The text of replay.json. */
static int
describe(struct replay_dir *r, struct str *out, struct err *e)
{
	char *account = resolve(r, r->account, e);
	struct doc *d;
	struct buf b = { 0 };
	struct str rules = { 0 };

	if (account == NULL)
		return -1;
	if (r->segments != NULL && file_load(&r->arena, r->segments, RULES_LIMIT, &rules, e) < 0)
		return -1;
	d = doc_object();
	doc_u64(d, "format", 1);
	doc_text(d, "account", str_c(account));
	doc_text(d, "from", str_c(r->from));
	doc_text(d, "until", str_c(r->until));
	doc_text(d, "segments_sha256", r->segments == NULL ? STR("") : str_c(sha256_of(rules).hex));
	doc_print(d, &b);
	*out = str_copy(&r->arena, buf_view(&b));
	buf_release(&b);
	doc_free(d);
	return 0;
}

static int
check_empty(struct replay_dir *r, struct err *e)
{
	struct str *names;
	size_t n;

	if (dir_list(&r->arena, r->dir, &names, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (str_eq(names[i], STR(".lock")) || str_starts(names[i], STR("." NOTE ".tmp-")))
			continue;
		err_set(e, ERR_USAGE, "'%s' is not empty and does not hold a replay", r->dir);
		return err_advise(e, "Choose a directory that does not exist yet.");
	}
	return 0;
}

/* Returns 1 if an earlier replay with these arguments is there, 0 if nothing is. */
static int
check_earlier(struct replay_dir *r, struct str arguments, struct err *e)
{
	struct err why = ERR_INIT;
	struct str earlier;

	if (file_load(&r->arena, file_join(&r->arena, r->dir, NOTE), NOTE_LIMIT, &earlier, &why) <
	    0) {
		if (why.sys == ENOENT)
			return check_empty(r, e);
		*e = why;
		return -1;
	}
	if (str_eq(earlier, arguments))
		return 1;
	err_set(e, ERR_USAGE, "'%s' holds a replay with other arguments", r->dir);
	return err_advise(e, "They are in " NOTE ". Choose another directory, or remove this one.");
}

static int
clear(struct replay_dir *r, struct err *e)
{
	for (size_t i = 0; i < PARTS; i++)
		if (dir_remove(file_join(&r->arena, r->dir, parts[i]), e) < 0)
			return -1;
	return 0;
}

int
replay_dir_begin(struct replay_dir *r, struct err *e)
{
	struct str arguments;
	int rc;

	if (check_place(r, e) < 0 || describe(r, &arguments, e) < 0 || dir_make(r->dir, e) < 0)
		return -1;
	rc = check_earlier(r, arguments, e);
	if (rc < 0 || account_lock(&r->lock, r->dir, "flowstory replay", e) < 0)
		return -1;
	if (rc > 0)
		return clear(r, e);
	return file_save(file_join(&r->arena, r->dir, NOTE), arguments, e);
}

int
replay_dir_sync(const struct replay_dir *r, struct err *e)
{
	int fd = open(r->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 || syncfs(fd) != 0 ? err_sys(e, errno, "cannot sync '%s'", r->dir) : 0;

	if (fd >= 0)
		close(fd);
	return rc;
}

void
replay_dir_release(struct replay_dir *r)
{
	lock_release(&r->lock);
	arena_release(&r->arena);
}
