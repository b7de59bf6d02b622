#include "timemachine/replay_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json/read.h"
#include "account/account.h"
#include "lib/sha256.h"
#include "lib/json_writer.h"

#define NOTE "replay.json"
#define NOTE_LIMIT (UINT64_C(1) << 20)
#define RULES_LIMIT (UINT64_C(1) << 22)
#define BOOT "/proc/sys/kernel/random/boot_id"

static const char *const rooms[] = { "state", "diffs", "exports" };

#define ROOMS (sizeof(rooms) / sizeof(rooms[0]))

/* The directory's real path; of one that is not there yet, of the place where
 * it would be. */
static char *
resolve(struct replay_dir *r, const char *path, struct err *e)
{
	char *real = realpath(path, NULL), *out, *slash;

	if (real == NULL && errno == ENOENT) {
		char *parent = str_z(&r->arena, str_c(path));
		size_t n = strlen(parent);

		while (n > 1 && parent[n - 1] == '/')
			parent[--n] = '\0';
		slash = strrchr(parent, '/');
		if (slash == NULL)
			parent[0] = '.', parent[1] = '\0';
		else
			slash[slash == parent] = '\0';
		real = realpath(parent, NULL);
	}
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

/* Where nothing may be written; a link in the directory might lead there, too.
 */
static int
check_place(struct replay_dir *r, struct err *e)
{
	char *account = resolve(r, r->account, e);
	char *dir = account == NULL ? NULL : resolve(r, r->dir, e);
	struct stat st;

	if (dir == NULL)
		return -1;
	if (is_inside(dir, account)) {
		err_set(e, ERR_USAGE, "--out '%s' lies inside the account", r->dir);
		return err_advise(e, "A replay never writes there: choose a "
		                     "directory beside it.");
	}
	if (lstat(dir, &st) == 0 && !S_ISDIR(st.st_mode))
		return err_set(e, ERR_USAGE, "--out '%s' is no directory", r->dir);
	for (size_t i = 0; i < ROOMS; i++) {
		const char *room = file_join(&r->arena, r->dir, rooms[i]);

		if (lstat(room, &st) == 0 && !S_ISDIR(st.st_mode))
			return err_set(e, ERR_USAGE, "'%s' is no directory of a replay", room);
	}
	return 0;
}

static int
describe(struct replay_dir *r, struct err *e)
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
	doc_text(d, "tool", STR("flowstory " FLOWSTORY_VERSION));
	doc_text(d, "account", str_c(account));
	doc_text(d, "from", str_c(r->from));
	doc_text(d, "until", str_c(r->until));
	doc_text(d, "segments_sha256", r->segments == NULL ? STR("") : str_c(sha256_of(rules).hex));
	doc_print_line(d, &b);
	r->arguments = str_copy(&r->arena, buf_view(&b));
	buf_release(&b);
	doc_free(d);
	return 0;
}

/* What tells one run of the machine from the next; empty if the system does not
 * say. */
static struct str
boot_of(struct replay_dir *r)
{
	struct err ignored = ERR_INIT;
	struct str text;

	if (file_load(&r->arena, BOOT, 256, &text, &ignored) < 0)
		return (struct str){ 0 };
	return str_trim(text);
}

/* replay.json: the arguments, and the run of the machine in which it is at
 * work; "" once it is safe. */
static int
save_note(struct replay_dir *r, struct str boot, struct err *e)
{
	struct doc *d = doc_object();
	struct buf b = { 0 };
	int rc;

	doc_raw(d, "arguments", r->arguments);
	doc_text(d, "boot", boot);
	doc_print(d, &b);
	rc = file_save(file_join(&r->arena, r->dir, NOTE), buf_view(&b), e);
	buf_release(&b);
	doc_free(d);
	return rc;
}

static struct str
text_member(struct replay_dir *r, const struct json *j, uint32_t object, struct str name)
{
	uint32_t i = json_find(j, object, name);

	return i != 0 && j->nodes[i].kind == JSON_STRING ? json_text(&r->arena, j, i)
	                                                 : (struct str){ 0 };
}

/* The first argument that is not what the note says. */
static int
check_arguments(struct replay_dir *r, const struct json *note, uint32_t was, struct err *e)
{
	static const struct {
		const char *name, *option;
	} list[] = { { "tool", "another version" }, { "account", "another account" },
		{ "from", "another --from" }, { "until", "another --until" },
		{ "segments_sha256", "other --segments" } };
	struct json now = JSON_INIT;
	struct json_fault fault;
	const char *other = NULL;

	if (!json_read(&now, r->arguments, &fault))
		return err_set(e, ERR_INTERNAL, "%s", fault.what);
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		struct str name = str_c(list[i].name);

		if (other == NULL &&
		    !str_eq(text_member(r, note, was, name), text_member(r, &now, 0, name)))
			other = list[i].option;
	}
	json_release(&now);
	if (other == NULL)
		return 0;
	err_set(e, ERR_USAGE, "the replay in '%s' was begun with %s", r->dir, other);
	return err_advise(e, "Go on with the same arguments, or choose "
	                     "another directory.");
}

/* Returns 1 with the run it was made in, 0 if there is no note. */
static int
load_note(struct replay_dir *r, struct str *boot, struct err *e)
{
	char *path = file_join(&r->arena, r->dir, NOTE);
	struct json j = JSON_INIT;
	struct json_fault fault = { "it is no note of a replay", 0 };
	struct err why = ERR_INIT;
	struct str text;
	uint32_t was;
	int rc;

	if (file_load(&r->arena, path, NOTE_LIMIT, &text, &why) < 0) {
		if (why.sys == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	if (!json_read(&j, text, &fault) || j.nodes[0].kind != JSON_OBJECT ||
	    (was = json_find(&j, 0, STR("arguments"))) == 0 || j.nodes[was].kind != JSON_OBJECT) {
		err_set(e, ERR_USAGE, "%s", fault.what);
		rc = err_file(e, path);
	} else {
		rc = check_arguments(r, &j, was, e) < 0 ? -1 : 1;
		*boot = str_copy(&r->arena, text_member(r, &j, 0, STR("boot")));
	}
	json_release(&j);
	return rc;
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
		err_set(e, ERR_USAGE, "'%s' is not empty, and no replay was begun there", r->dir);
		return err_advise(e, "Choose a directory that is not there yet.");
	}
	return 0;
}

static int
clear(struct replay_dir *r, struct err *e)
{
	for (size_t i = 0; i < ROOMS; i++)
		if (dir_remove(file_join(&r->arena, r->dir, rooms[i]), e) < 0)
			return -1;
	return 0;
}

int
replay_dir_begin(struct replay_dir *r, struct err *e)
{
	struct str boot = { 0 }, now = boot_of(r);
	int rc;

	if (check_place(r, e) < 0 || describe(r, e) < 0 || dir_make(r->dir, e) < 0)
		return -1;
	rc = load_note(r, &boot, e);
	if (rc == 0)
		rc = check_empty(r, e);
	if (rc < 0 || account_lock(&r->lock, r->dir, "flowstory replay", e) < 0)
		return -1;
	if (rc > 0 && boot.n > 0 && !str_eq(boot, now) && clear(r, e) < 0)
		return -1;
	/* A system that does not name its runs might have stopped at any time.
	 */
	return save_note(r, now.n > 0 ? now : STR("unknown"), e);
}

int
replay_dir_finish(struct replay_dir *r, struct err *e)
{
	int fd = open(r->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 || syncfs(fd) != 0 ? err_sys(e, errno, "cannot sync '%s'", r->dir) : 0;

	if (fd >= 0)
		close(fd);
	return rc < 0 ? -1 : save_note(r, STR(""), e);
}

void
replay_dir_release(struct replay_dir *r)
{
	lock_release(&r->lock);
	arena_release(&r->arena);
}
