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
terms_present(struct terms *t, const char *account, struct err *e)
{
	*t = (struct terms){ 0 };
	if (settings_load(&t->settings, account, e) < 0)
		return -1;
	settings_record(&t->settings, &t->settings_text);
	return terms_rules(&t->arena, account, NULL, &t->rules, e);
}

/* A file of an export. Returns 1, 0 if there is none, -1. */
static int
load_record(struct terms *t, const char *path, struct str *text, struct err *e)
{
	struct err missing = ERR_INIT;

	if (file_load(&t->arena, path, RECORD_LIMIT, text, &missing) == 0)
		return 1;
	if (missing.sys == ENOENT)
		return 0;
	*e = missing;
	return -1;
}

/* An earlier export that holds the list: each change of it was written once. Returns 1, 0, -1. */
static int
find_earlier(struct terms *t, const char *account, struct str id, struct str wanted,
    struct str *text, struct err *e)
{
	char *exports = file_join(&t->arena, account, "exports");
	struct str *names;
	size_t n;

	if (dir_list(&t->arena, exports, &names, &n, e) < 0)
		return -1;
	while (n-- > 0) {
		struct str path =
		    str_printf(&t->arena, "%s/%.*s/suppress.txt", exports, STR_ARG(names[n]));
		int rc = str_cmp(names[n], id) >= 0
		             ? 0
		             : load_record(t, str_z(&t->arena, path), text, e);

		if (rc < 0)
			return -1;
		if (rc > 0 && str_eq(str_c(sha256_of(*text).hex), wanted))
			return 1;
	}
	return 0;
}

/* The suppression list that the recorded settings name by its digest. */
static int
find_suppress(struct terms *t, const char *account, struct str id, const char *dir,
    const struct terms *const *lenders, struct err *e)
{
	struct str wanted = t->settings.suppress_sha256, text;
	int rc;

	if (wanted.n == 0)
		return 0;
	rc = load_record(t, file_join(&t->arena, dir, "suppress.txt"), &text, e);
	if (rc < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < LENDERS; i++) {
		if (lenders[i] == NULL || !str_eq(lenders[i]->settings.suppress_sha256, wanted))
			continue;
		text = lenders[i]->settings.export.suppress_text;
		rc = 1;
	}
	if (rc == 0)
		rc = find_earlier(t, account, id, wanted, &text, e);
	if (rc < 0)
		return -1;
	if (rc == 0) {
		err_set(e, ERR_SETTINGS, "the suppression list of this export is missing");
		err_file(e, dir);
		return err_advise(e,
		    "Its sha256 is %.*s: restore that list, "
		    "or move exports/ away to start afresh.",
		    STR_ARG(wanted));
	}
	settings_suppress(&t->settings, text);
	if (str_eq(t->settings.suppress_sha256, wanted))
		return 0;
	err_set(e, ERR_SETTINGS, "suppress.txt was modified");
	return err_file(e, dir);
}

/* Whether the export's manifest says that a mass change was accepted. */
static int
find_accepted(struct terms *t, const char *dir, struct err *e)
{
	struct json j = JSON_INIT;
	struct json_fault fault;
	struct str text;
	int rc = load_record(t, file_join(&t->arena, dir, "manifest.json"), &text, e);

	if (rc > 0 && json_read(&j, text, &fault) && j.nodes[0].kind == JSON_OBJECT) {
		uint32_t i = json_find(&j, 0, STR("mass_change_accepted"));

		t->is_accepted = i != 0 && j.nodes[i].kind == JSON_TRUE;
	}
	json_release(&j);
	return rc < 0 ? -1 : 0;
}

int
terms_recorded(struct terms *t, const char *account, struct str id, const struct terms *present,
    const struct terms *before, struct err *e)
{
	const struct terms *lenders[LENDERS] = { before, present };
	struct str rules, settings;
	char *dir, *name;
	int rc;

	*t = (struct terms){ 0 };
	name = str_z(&t->arena, str_printf(&t->arena, "exports/%.*s", STR_ARG(id)));
	dir = file_join(&t->arena, account, name);
	rc = load_record(t, file_join(&t->arena, dir, "rules.json"), &rules, e);
	if (rc > 0)
		rc = load_record(t, file_join(&t->arena, dir, "settings.json"), &settings, e);
	if (rc <= 0)
		return rc;
	if (settings_parse_record(
	        &t->settings, file_join(&t->arena, name, "settings.json"), settings, e) < 0 ||
	    find_suppress(t, account, id, dir, lenders, e) < 0 || find_accepted(t, dir, e) < 0)
		return -1;
	settings_record(&t->settings, &t->settings_text);
	if (segment_parse(
	        &t->arena, file_join(&t->arena, name, "rules.json"), rules, &t->rules, e) < 0)
		return -1;
	return 1;
}

void
terms_release(struct terms *t)
{
	settings_release(&t->settings);
	arena_release(&t->arena);
	buf_release(&t->settings_text);
	*t = (struct terms){ 0 };
}
