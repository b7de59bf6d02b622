#include "account/settings_load.h"

#include <errno.h>

#include "account/settings_suppress.h"
#include "base/file.h"

#define FILE_NAME "flowstory.json"
#define LIMIT (UINT64_C(1) << 20)

int
settings_load(struct settings *s, const char *account, struct err *e)
{
	struct arena a = { 0 };
	struct err missing = ERR_INIT;
	struct str text = STR("{}");
	bool has_file =
	    file_load(&a, file_join(&a, account, FILE_NAME), LIMIT, &text, &missing) == 0;
	int rc = settings_parse(s, FILE_NAME, has_file ? text : STR("{}"), e);

	if (!has_file && missing.sys != ENOENT) {
		*e = missing;
		e->kind = ERR_SETTINGS;
		rc = -1;
	}
	s->has_file = has_file;
	if (rc == 0)
		rc = settings_suppress_load(s, account, e);
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

int
settings_load_check(const struct settings *s, const char *account, struct err *e)
{
	const struct flowhub_settings *x = &s->flowhub;

	if (check_file(s, account, "api_key_file", x->api_key_file, e) < 0)
		return -1;
	return check_file(s, account, "ca_file", x->ca_file, e);
}
