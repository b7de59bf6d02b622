#include "account/settings_load.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "account/settings_defaults.h"
#include "account/settings_suppress.h"
#include "base/file.h"

#define FILE_NAME "flowstory.json"
#define LIMIT (UINT64_C(1) << 20)

int
settings_load(struct settings *s, const char *account, struct err *e)
{
	if (settings_load_file(s, account, e) < 0)
		return -1;
	return settings_suppress_load(s, account, e);
}

/* A fleet names the directory to whom it starts, unless the settings do.  A relative path starts at
 * the account. */
static void
place_limit(struct settings *s, const char *account)
{
	struct str *dir = &s->flowhub.limit_dir;
	const char *given = getenv("FLOWSTORY_LIMIT_DIR");

	if (dir->n == 0 && given != NULL)
		*dir = str_copy(&s->arena, str_c(given));
	if (dir->n > 0 && dir->p[0] != '/')
		*dir = str_c(file_join(&s->arena, account, str_z(&s->arena, *dir)));
	s->push.limit_dir = *dir;
}

/* A pipe would be waited for; a link that leads nowhere is not an account without settings. */
static int
load_text(struct arena *a, const char *path, struct str *text, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) != 0 || file_exists(path))
		return file_load(a, path, LIMIT, text, e);
	err_set(e, ERR_SETTINGS, "'%s' is not a regular file", path);
	return err_advise(e, "Move it away, and write the settings into a file of that name.");
}

int
settings_load_file(struct settings *s, const char *account, struct err *e)
{
	struct arena a = { 0 };
	struct err missing = ERR_INIT;
	struct str text = STR("{}");
	bool has_file = load_text(&a, file_join(&a, account, FILE_NAME), &text, &missing) == 0;
	struct err more = ERR_INIT;
	int rc = settings_defaults_load(s, account, e);

	/* the first fault is the one that is told */
	if (settings_parse_over(s, FILE_NAME, has_file ? text : STR("{}"), rc == 0 ? e : &more) < 0)
		rc = -1;
	place_limit(s, account);
	if (!has_file && missing.sys != ENOENT) {
		*e = missing;
		e->kind = ERR_SETTINGS;
		rc = -1;
	}
	s->has_file = has_file;
	arena_release(&a);
	return rc;
}

/* A relative path starts at the account. */
static int
check_file(
    const struct settings *s, const char *account, const char *name, struct str path, struct err *e)
{
	struct arena a = { 0 };
	char *file = str_z(&a, path);
	int rc = 0;

	if (path.n > 0 && file[0] != '/')
		file = file_join(&a, account, file);
	if (path.n > 0 && !file_exists(file)) {
		err_set(e, ERR_SETTINGS, "'%s': there is no file '%s'", name, file);
		rc = settings_fail(s, name, e);
	}
	arena_release(&a);
	return rc;
}

/* The file itself is made by run. */
static int
check_place(const struct settings *s, const char *account, struct err *e)
{
	struct arena a = { 0 };
	char *dir = str_z(&a, s->metrics_file), *slash = strrchr(dir, '/');
	int rc = 0;

	if (dir[0] != '/') {
		dir = file_join(&a, account, dir);
		slash = strrchr(dir, '/');
	}
	slash[slash == dir ? 1 : 0] = '\0';
	if (s->metrics_file.n > 0 && !dir_exists(dir)) {
		err_set(e, ERR_SETTINGS, "'metrics_file': there is no directory '%s'", dir);
		rc = settings_fail(s, "metrics_file", e);
	}
	arena_release(&a);
	return rc;
}

int
settings_load_check(const struct settings *s, const char *account, struct err *e)
{
	const struct flowhub_settings *x = &s->flowhub;

	if (check_file(s, account, "api_key_file", x->api_key_file, e) < 0)
		return -1;
	if (check_file(s, account, "ca_file", x->ca_file, e) < 0)
		return -1;
	if (check_file(s, account, "dailystory_token_file", s->push.token_file, e) < 0)
		return -1;
	if (check_file(s, account, "dailystory_ca_file", s->push.ca_file, e) < 0)
		return -1;
	return check_place(s, account, e);
}
