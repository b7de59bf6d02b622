#include "account/account.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "account/settings_defaults.h"
#include "base/host.h"
#include "bases/prune_list.h"
#include "base/arena.h"
#include "base/timestamp.h"

static int
check_directory(const char *account, struct err *e)
{
	if (dir_exists(account))
		return 0;
	err_set(e, ERR_USAGE, "no such account directory: '%s'", account);
	return err_advise(e, "Create it with 'flowstory -C %s init'.", account);
}

/* Not what only cannot be looked at. */
static bool
is_missing(struct arena *a, const char *account, const char *name)
{
	struct stat st;

	return stat(file_join(a, account, name), &st) != 0 && errno == ENOENT;
}

int
account_check(const char *account, struct err *e)
{
	struct arena a = { 0 };
	int rc = check_directory(account, e);

	if (rc == 0 && is_missing(&a, account, "flowstory.json") &&
	    is_missing(&a, account, "snapshots")) {
		err_set(e, ERR_USAGE,
		    "'%s' is not an account: it holds neither flowstory.json nor snapshots/",
		    account);
		rc = err_advise(
		    e, "Name the account with -C, or make one with 'flowstory init DIR'.");
	}
	arena_release(&a);
	return rc;
}

int
account_unfinished(const char *account, struct err *e)
{
	struct arena a = { 0 };
	bool is_there = file_exists(file_join(&a, account, "erase.json"));

	arena_release(&a);
	if (!is_there)
		return 0;
	err_set(e, ERR_BUSY, "an erasure is unfinished");
	return err_advise(e, "Run 'flowstory erase --resume' first.");
}

/* Unfinished files begin with a dot and hold ".tmp-"; whoever wrote them is dead, or would hold the
 * lock. */
static int
remove_unfinished(const char *account, const char *sub, struct err *e)
{
	struct arena a = { 0 };
	char *dir = file_join(&a, account, sub);
	struct str *names;
	size_t n;
	int rc = dir_list(&a, dir, &names, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		const char *name = str_z(&a, names[i]);

		if (name[0] == '.' && strstr(name, ".tmp-") != NULL)
			rc = dir_remove(file_join(&a, dir, name), e);
	}
	arena_release(&a);
	return rc;
}

int
account_lock(struct lock *l, const char *account, const char *command, struct err *e)
{
	static const char *const places[] = { ".", "snapshots", "terms", "diffs", "exports",
		"state", "bases" };
	struct arena a = { 0 };
	struct str text = str_printf(
	    &a, "%s, pid %ld, since %.*s", command, (long)getpid(), STR_ARG(host_now_text(&a)));
	int rc = check_directory(account, e);

	*l = (struct lock)LOCK_INIT;
	if (rc == 0)
		rc = lock_take(l, file_join(&a, account, ".lock"), text, e);
	if (rc < 0 && e->sys == EACCES)
		err_advise(e,
		    "Run it as the user whose account it is; if root has worked on it, give it "
		    "back: "
		    "chown -R --reference='%s' '%s'.",
		    account, account);
	if (rc == 0 && prune_list_finish(account, e) < 0)
		rc = -1;
	for (size_t i = 0; rc == 0 && i < sizeof(places) / sizeof(places[0]); i++)
		rc = remove_unfinished(account, places[i], e);
	if (rc == 0)
		rc = settings_defaults_remember(account, e);
	if (rc < 0)
		lock_release(l);
	arena_release(&a);
	return rc;
}

static bool
has_manifest(struct arena *a, const char *account, struct str id)
{
	struct str path = str_printf(a, "%s/snapshots/%.*s/manifest.json", account, STR_ARG(id));

	return file_exists(str_z(a, path));
}

int
account_ids(
    struct arena *a, const char *dir, struct str suffix, struct str **ids, size_t *n, struct err *e)
{
	size_t kept = 0;
	int64_t when;

	if (dir_list(a, dir, ids, n, e) < 0)
		return -1;
	for (size_t i = 0; i < *n; i++) {
		struct str id = (*ids)[i];

		if (!str_ends(id, suffix))
			continue;
		id.n -= suffix.n;
		if (timestamp_parse_id(id, &when))
			(*ids)[kept++] = id;
	}
	*n = kept;
	return 0;
}

/* Of the ids up to the last one applied, those that were never applied themselves.  By id: as many
 * may have been taken away as came late. */
static int
find_late(struct arena *a, const char *account, struct state *s, const struct str *ids, size_t n,
    struct pending *out, struct err *e)
{
	uint32_t number = 1;

	out->late = arena_array(a, n, sizeof(*out->late));
	for (size_t i = 0; i < n; i++) {
		struct applied applied;
		int c = 1;

		while (number <= s->totals.applied) {
			if (state_applied_must(s, number, &applied, e) < 0)
				return -1;
			c = str_cmp(applied.id, ids[i]);
			if (c >= 0)
				break;
			number++;
		}
		if (c != 0 && has_manifest(a, account, ids[i]))
			out->late[out->late_n++] = ids[i];
	}
	return 0;
}

int
account_pending(
    struct arena *a, const char *account, struct state *s, struct pending *out, struct err *e)
{
	struct str *ids, last = { 0 };
	size_t n, old = 0;
	struct applied applied;

	*out = (struct pending){ 0 };
	if (account_ids(a, file_join(a, account, "snapshots"), STR(""), &ids, &n, e) < 0)
		return -1;
	if (s->totals.applied > 0) {
		if (state_applied_must(s, (uint32_t)s->totals.applied, &applied, e) < 0)
			return -1;
		last = str_copy(a, applied.id);
	}
	while (old < n && last.n > 0 && str_cmp(ids[old], last) <= 0)
		old++;
	if (find_late(a, account, s, ids, old, out, e) < 0)
		return -1;
	out->ids = arena_array(a, n - old, sizeof(*out->ids));
	for (size_t i = old; i < n; i++)
		if (has_manifest(a, account, ids[i]))
			out->ids[out->n++] = ids[i];
	return 0;
}
