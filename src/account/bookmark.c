#include "account/bookmark.h"

#include <errno.h>

#include "base/arena.h"
#include "base/file.h"
#include "json/read.h"
#include "lib/json_writer.h"

#define NAME "imported.json"
#define LIMIT (UINT64_C(1) << 28)

/* The two members that say which snapshot, and after which history. */
static bool
read_bookmark(struct arena *a, struct json *j, struct str text, struct bookmark *out)
{
	struct json_fault fault;

	if (!json_read(j, text, &fault) || j->nodes[0].kind != JSON_OBJECT)
		return false;
	out->snapshot = json_find_text(a, j, 0, "snapshot");
	out->diff = json_find_text(a, j, 0, "diff_sha256");
	return out->snapshot.n > 0 && out->diff.n > 0;
}

int
bookmark_load(struct arena *a, const char *account, struct bookmark *out, struct err *e)
{
	struct err missing = ERR_INIT;
	struct json j = JSON_INIT;
	struct str text;
	bool is_sound;

	*out = (struct bookmark){ 0 };
	if (file_load(a, file_join(a, account, NAME), LIMIT, &text, &missing) < 0) {
		if (missing.sys == ENOENT)
			return 0;
		*e = missing;
		return -1;
	}
	is_sound = read_bookmark(a, &j, text, out);
	json_release(&j);
	if (is_sound)
		return 0;
	err_set(e, ERR_FAILED, "it does not say what was imported");
	err_file(e, NAME);
	return err_advise(e, "Remove this file, import everything that 'flowstory export --full "
	                     "--out DIR' writes, then run 'flowstory export --done DIR'.");
}

int
bookmark_save(const char *account, const struct bookmark *b, struct err *e)
{
	struct doc *d = doc_object();

	doc_u64(d, "format", 1);
	doc_text(d, "snapshot", b->snapshot);
	doc_text(d, "diff_sha256", b->diff);
	return doc_save(d, account, NAME, e);
}

int
bookmark_export(struct arena *a, const char *dir, struct bookmark_export *out, struct err *e)
{
	struct err missing = ERR_INIT;
	struct json j = JSON_INIT;
	struct str text;
	uint32_t since;
	bool is_sound;

	*out = (struct bookmark_export){ 0 };
	if (file_load(a, file_join(a, dir, "manifest.json"), LIMIT, &text, &missing) < 0)
		return err_set(e, ERR_USAGE, "'%s' is not an export: it has no manifest.json", dir);
	is_sound = read_bookmark(a, &j, text, &out->to);
	if (is_sound) {
		since = json_find(&j, 0, STR("since"));
		out->is_own = since == 0;
		out->since = json_find_text(a, &j, 0, "since");
	}
	json_release(&j);
	if (!is_sound)
		return err_set(e, ERR_USAGE,
		    "'%s' is not an export: its manifest.json names no snapshot", dir);
	return 0;
}
