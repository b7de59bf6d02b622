#include "account/terms.h"

#include <errno.h>

#include "base/file.h"
#include "json/read.h"
#include "lib/sha256.h"

#define RULES_LIMIT (UINT64_C(1) << 22)
#define RECORD_LIMIT (UINT64_C(1) << 28)
#define LENDERS 2

int
terms_rules(
    struct arena *a, const char *account, const char *file, struct segment_set *out, struct err *e)
{
	struct err missing = ERR_INIT;
	struct str text;
	const char *path = file != NULL ? file : file_join(a, account, "segments.json");

	if (file_load(a, path, RULES_LIMIT, &text, &missing) < 0) {
		if (file == NULL && missing.sys == ENOENT)
			return segment_parse(a, "built-in rules", segment_builtin(), out, e);
		*e = missing;
		e->kind = ERR_SETTINGS;
		return -1;
	}
	return segment_parse(a, file != NULL ? file : "segments.json", text, out, e);
}

int
terms_present(struct terms *p, const char *account, struct err *e)
{
	*p = (struct terms){ 0 };
	if (settings_load(&p->settings, account, e) < 0)
		return -1;
	settings_record(&p->settings, &p->settings_text);
	return terms_rules(&p->arena, account, NULL, &p->rules, e);
}

/* Returns 1 loaded, 0 not there. */
static int
load(struct terms *p, const char *path, struct str *text, struct err *e)
{
	struct err missing = ERR_INIT;

	if (file_load(&p->arena, path, RECORD_LIMIT, text, &missing) == 0)
		return 1;
	if (missing.sys == ENOENT)
		return 0;
	*e = missing;
	return -1;
}

/* Whether an export from before wrote the list down; every change of it was. Returns 1, 0, -1. */
static int
find_earlier(struct terms *p, const char *account, struct str id, struct str wanted,
    struct str *text, struct err *e)
{
	char *exports = file_join(&p->arena, account, "exports");
	struct str *names;
	size_t n;

	if (dir_list(&p->arena, exports, &names, &n, e) < 0)
		return -1;
	while (n-- > 0) {
		struct str path =
		    str_printf(&p->arena, "%s/%.*s/suppress.txt", exports, STR_ARG(names[n]));
		int rc = str_cmp(names[n], id) >= 0 ? 0 : load(p, str_z(&p->arena, path), text, e);

		if (rc < 0)
			return -1;
		if (rc > 0 && str_eq(str_c(sha256_of(*text).hex), wanted))
			return 1;
	}
	return 0;
}

/* The list the recorded settings were made with: recorded with them, or one that is still in force.
 */
static int
find_suppress(struct terms *p, const char *account, struct str id, const char *dir,
    const struct terms *const *lenders, struct err *e)
{
	struct str wanted = p->settings.suppress_sha256, text;
	int rc;

	if (wanted.n == 0)
		return 0;
	rc = load(p, file_join(&p->arena, dir, "suppress.txt"), &text, e);
	if (rc < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < LENDERS; i++) {
		if (lenders[i] == NULL || !str_eq(lenders[i]->settings.suppress_sha256, wanted))
			continue;
		text = lenders[i]->settings.export.suppress_text;
		rc = 1;
	}
	if (rc == 0)
		rc = find_earlier(p, account, id, wanted, &text, e);
	if (rc < 0)
		return -1;
	if (rc == 0) {
		err_set(e, ERR_SETTINGS, "the suppression list this export was made with is gone");
		err_file(e, dir);
		return err_advise(e,
		    "Its sha256 is %.*s: restore that list, "
		    "or move exports/ away to start anew.",
		    STR_ARG(wanted));
	}
	settings_suppress(&p->settings, text);
	if (str_eq(p->settings.suppress_sha256, wanted))
		return 0;
	err_set(e, ERR_SETTINGS, "suppress.txt is not the list it was");
	return err_file(e, dir);
}

/* Whether the export's manifest says that a mass change was accepted. */
static int
find_accepted(struct terms *p, const char *dir, struct err *e)
{
	struct json j = JSON_INIT;
	struct json_fault fault;
	struct str text;
	int rc = load(p, file_join(&p->arena, dir, "manifest.json"), &text, e);

	if (rc > 0 && json_read(&j, text, &fault) && j.nodes[0].kind == JSON_OBJECT) {
		uint32_t i = json_find(&j, 0, STR("mass_change_accepted"));

		p->is_accepted = i != 0 && j.nodes[i].kind == JSON_TRUE;
	}
	json_release(&j);
	return rc < 0 ? -1 : 0;
}

int
terms_recorded(struct terms *p, const char *account, struct str id, const struct terms *present,
    const struct terms *before, struct err *e)
{
	const struct terms *lenders[LENDERS] = { before, present };
	struct str rules, settings;
	char *dir, *name;
	int rc;

	*p = (struct terms){ 0 };
	name = str_z(&p->arena, str_printf(&p->arena, "exports/%.*s", STR_ARG(id)));
	dir = file_join(&p->arena, account, name);
	rc = load(p, file_join(&p->arena, dir, "rules.json"), &rules, e);
	if (rc > 0)
		rc = load(p, file_join(&p->arena, dir, "settings.json"), &settings, e);
	if (rc <= 0)
		return rc;
	if (settings_parse_record(
	        &p->settings, file_join(&p->arena, name, "settings.json"), settings, e) < 0 ||
	    find_suppress(p, account, id, dir, lenders, e) < 0 || find_accepted(p, dir, e) < 0)
		return -1;
	settings_record(&p->settings, &p->settings_text);
	if (segment_parse(
	        &p->arena, file_join(&p->arena, name, "rules.json"), rules, &p->rules, e) < 0)
		return -1;
	return 1;
}

void
terms_release(struct terms *p)
{
	settings_release(&p->settings);
	arena_release(&p->arena);
	buf_release(&p->settings_text);
	*p = (struct terms){ 0 };
}
