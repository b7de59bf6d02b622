#include "account/settings_defaults.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "json/read.h"

#define LIMIT (UINT64_C(1) << 20)

/* Beside the account, and one level further up; the names are constant, for settings_place. */
static const char *const names[] = { "../defaults.json", "../../defaults.json" };
#define NAMES (sizeof(names) / sizeof(names[0]))

#define METRICS "metrics_file"

/* Keys and tokens are an account's own, and so is whose they are, and what only one can write. */
static const char *const own[] = { "client_id", "api_key_file", "dailystory_token_file", METRICS };

/* The account may be a link, or ".": ".." is meant from where it really lies. */
static const char *
find(struct arena *a, const char *account, const char **name)
{
	char *real = realpath(account, NULL);
	const char *found = NULL;

	for (size_t i = 0; real != NULL && i < NAMES && found == NULL; i++) {
		const char *path = file_join(a, str_z(a, str_c(real)), names[i]);

		*name = names[i];
		if (access(path, F_OK) == 0)
			found = path;
	}
	free(real);
	return found;
}

const char *
settings_defaults_path(struct arena *a, const char *account)
{
	const char *name;

	return find(a, account, &name);
}

/* Whoever may write it decides what the account does. */
static int
check_owner(const char *path, const char *name, const char *account, struct err *e)
{
	struct stat file, dir;

	if (stat(path, &file) != 0 || stat(account, &dir) != 0)
		return err_sys(e, errno, "cannot open '%s'", path);
	if (S_ISREG(file.st_mode) && (file.st_mode & 022) == 0 &&
	    (file.st_uid == 0 || file.st_uid == dir.st_uid || file.st_uid == geteuid()))
		return 0;
	err_set(e, ERR_SETTINGS, "'%s' can be written by others", path);
	err_file(e, name);
	return err_advise(e,
	    "It holds settings of every account below it: it must belong to the accounts' owner or "
	    "to root. chmod go-w '%s'.",
	    path);
}

/* A file of metrics in each account is no harm. */
static bool
is_apart(const struct json *j, const char *name)
{
	struct arena a = { 0 };
	struct str text = json_find_text(&a, j, 0, METRICS);
	bool is = strcmp(name, METRICS) == 0 && !str_starts(text, STR("/")) &&
	          !str_starts(text, STR(".."));

	arena_release(&a);
	return is;
}

static int
check_own(const char *name, struct str text, struct err *e)
{
	struct json j = JSON_INIT;
	struct json_fault ignored;
	int rc = 0;

	if (json_read(&j, text, &ignored) && j.nodes[0].kind == JSON_OBJECT)
		for (size_t i = 0; rc == 0 && i < sizeof(own) / sizeof(own[0]); i++) {
			uint32_t at = json_find(&j, 0, str_c(own[i]));
			unsigned line, column;

			if (at == 0 || is_apart(&j, own[i]))
				continue;
			json_place(text, j.nodes[at].at, &line, &column);
			err_set(e, ERR_SETTINGS,
			    "'%s' belongs in the flowstory.json of one account", own[i]);
			err_file(e, name);
			rc = err_place(e, line, column);
		}
	json_release(&j);
	return rc;
}

static char *
mark_of(struct arena *a, const char *account)
{
	return file_join(a, account, ".defaults");
}

int
settings_defaults_remember(const char *account, struct err *e)
{
	struct arena a = { 0 };
	const char *mark = mark_of(&a, account);
	int rc = 0;

	if (settings_defaults_path(&a, account) != NULL && !file_exists(mark))
		rc = file_save(mark, STR(""), e);
	arena_release(&a);
	return rc;
}

static int
fail_gone(struct err *e)
{
	err_set(e, ERR_SETTINGS, "the defaults.json above this account is gone");
	return err_advise(e, "It decides who is left out. Put it back; or, if it is no longer "
	                     "meant, delete the file .defaults in the account.");
}

int
settings_defaults_load(struct settings *s, const char *account, struct err *e)
{
	struct arena a = { 0 };
	struct str text = STR("{}");
	const char *name = names[0], *path = find(&a, account, &name);
	int rc = path == NULL && file_exists(mark_of(&a, account)) ? fail_gone(e) : 0;

	if (path != NULL &&
	    (check_owner(path, name, account, e) < 0 || file_load(&a, path, LIMIT, &text, e) < 0)) {
		e->kind = ERR_SETTINGS;
		rc = -1;
	}
	if (rc < 0)
		text = STR("{}");
	else
		rc = check_own(name, text, e);
	if (rc < 0) {
		struct err ignored = ERR_INIT;

		(void)!settings_parse(s, name, text, &ignored);
	} else {
		rc = settings_parse(s, name, text, e);
	}
	arena_release(&a);
	return rc;
}

static void
describe_file(const struct settings *s, const char *file, struct buf *b)
{
	bool is_first = true;

	for (size_t i = 0; i < SETTINGS_MOST; i++) {
		const struct settings_place *p = &s->places[i];

		if (p->line == 0 || !str_eq(str_c(p->file), str_c(file)))
			continue;
		buf_printf(b, "%s%s%s", is_first ? file : "", is_first ? ": " : ", ", p->name);
		is_first = false;
	}
	if (!is_first)
		buf_char(b, '\n');
}

void
settings_defaults_describe(const struct settings *s, struct buf *b)
{
	size_t before = b->n;

	for (size_t i = 0; i < NAMES; i++)
		describe_file(s, names[i], b);
	if (b->n > before)
		describe_file(s, "flowstory.json", b);
}
