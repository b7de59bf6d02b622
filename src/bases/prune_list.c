#include "bases/prune_list.h"

#include <errno.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "json/read.h"
#include "lib/json_writer.h"

#define LIMIT (UINT64_C(1) << 32)

bool
prune_list_is_empty(const struct prune_list *l)
{
	return l->snapshots_n + l->bases_n + l->diffs_n + l->exports_n == 0;
}

int
prune_list_save(const char *account, const struct prune_list *l, struct err *e)
{
	struct doc *d = doc_object(), *exports;

	doc_u64(d, "format", 1);
	doc_text(d, "at", l->at);
	doc_texts(d, "snapshots", l->snapshots, l->snapshots_n);
	doc_texts(d, "bases", l->bases, l->bases_n);
	doc_texts(d, "diffs", l->diffs, l->diffs_n);
	exports = doc_in_array(d, "exports");
	for (size_t i = 0; i < l->exports_n; i++) {
		struct doc *x = doc_in_object(exports, NULL);

		doc_text(x, "id", l->exports[i].id);
		doc_texts(x, "files", l->exports[i].files, l->exports[i].n);
	}
	return doc_save(d, account, PRUNE_LIST_FILE, e);
}

bool
prune_list_is_there(const char *account)
{
	struct arena a = { 0 };
	bool yes = file_exists(file_join(&a, account, PRUNE_LIST_FILE));

	arena_release(&a);
	return yes;
}

/* ---- Reading */

/* A name alone, or one in segments/: nothing outside is ever deleted. */
static bool
is_inside(struct str s)
{
	struct str rest = str_starts(s, STR("segments/")) ? str_from(s, 9) : s;

	return rest.n > 0 && rest.p[0] != '.' && memchr(rest.p, '/', rest.n) == NULL &&
	       memchr(rest.p, '\0', rest.n) == NULL;
}

static bool
read_texts(struct arena *a, const struct json *j, uint32_t object, const char *name,
    struct str **list, size_t *n)
{
	uint32_t at = json_find(j, object, str_c(name));

	*n = 0;
	if (at == 0 || j->nodes[at].kind != JSON_ARRAY)
		return false;
	*list = arena_array(a, j->nodes[at].count, sizeof(**list));
	for (uint32_t i = at + 1; i < j->nodes[at].next; i = j->nodes[i].next) {
		if (j->nodes[i].kind != JSON_STRING)
			return false;
		(*list)[*n] = str_copy(a, json_text(a, j, i));
		if (!is_inside((*list)[*n]))
			return false;
		++*n;
	}
	return true;
}

static bool
read_exports(struct arena *a, const struct json *j, struct prune_list *out)
{
	uint32_t at = json_find(j, 0, STR("exports"));

	if (at == 0 || j->nodes[at].kind != JSON_ARRAY)
		return false;
	out->exports = arena_zero(a, j->nodes[at].count, sizeof(*out->exports));
	for (uint32_t i = at + 1; i < j->nodes[at].next; i = j->nodes[i].next) {
		struct prune_export *x = &out->exports[out->exports_n++];

		if (j->nodes[i].kind != JSON_OBJECT ||
		    !read_texts(a, j, i, "files", &x->files, &x->n))
			return false;
		x->id = str_copy(a, json_find_text(a, j, i, "id"));
		if (!is_inside(x->id))
			return false;
	}
	return true;
}

static bool
read_list(struct arena *a, struct str text, struct prune_list *out)
{
	struct json j = JSON_INIT;
	struct json_fault fault;
	bool ok = json_read(&j, text, &fault) && j.nodes[0].kind == JSON_OBJECT &&
	          read_texts(a, &j, 0, "snapshots", &out->snapshots, &out->snapshots_n) &&
	          read_texts(a, &j, 0, "bases", &out->bases, &out->bases_n) &&
	          read_texts(a, &j, 0, "diffs", &out->diffs, &out->diffs_n) &&
	          read_exports(a, &j, out);

	if (ok)
		out->at = str_copy(a, json_find_text(a, &j, 0, "at"));
	json_release(&j);
	return ok;
}

/* Returns 1, 0 if there is none, -1. */
static int
load(struct arena *a, const char *account, struct prune_list *out, struct err *e)
{
	struct err why = ERR_INIT;
	struct str text;

	*out = (struct prune_list){ .exports_n = 0 };
	if (file_load(a, file_join(a, account, PRUNE_LIST_FILE), LIMIT, &text, &why) < 0) {
		if (why.sys == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	if (read_list(a, text, out))
		return 1;
	err_set(e, ERR_FAILED, "it is not a list of what a prune deletes");
	err_file(e, PRUNE_LIST_FILE);
	return err_advise(e, "Remove it: 'flowstory prune' will find again what it named.");
}

/* ---- Deleting */

static char *
path_of(struct arena *a, const char *account, const char *format, struct str id)
{
	struct str path = str_printf(a, "%s/", account);
	struct buf b = { 0 };

	buf_str(&b, path);
	for (const char *p = format; *p != '\0'; p++)
		if (*p == '*')
			buf_str(&b, id);
		else
			buf_char(&b, *p);
	path = str_copy(a, buf_view(&b));
	buf_release(&b);
	return str_z(a, path);
}

/* The directory is read no more once its manifest is gone for good. */
static int
remove_whole(struct arena *a, const char *account, const char *format, struct str id, struct err *e)
{
	char *dir = path_of(a, account, format, id);
	char *manifest = file_join(a, dir, "manifest.json");

	if (file_exists(manifest) &&
	    (dir_remove(manifest, e) < 0 || dir_sync_parent(manifest, e) < 0))
		return -1;
	return dir_remove(dir, e);
}

static int
thin_export(struct arena *a, const char *account, const struct prune_list *l,
    const struct prune_export *x, struct err *e)
{
	char *dir = path_of(a, account, "exports/*", x->id);
	struct doc *d;
	int rc;

	if (!dir_exists(dir))
		return 0;
	d = doc_object();
	doc_text(d, "pruned_at", l->at);
	doc_texts(d, "files", x->files, x->n);
	rc = doc_save(d, dir, PRUNE_LIST_EXPORT, e);
	for (size_t i = 0; rc == 0 && i < x->n; i++)
		rc = dir_remove(file_join(a, dir, str_z(a, x->files[i])), e);
	return rc;
}

static int
delete_all(const char *account, const struct prune_list *l, struct err *e)
{
	struct arena a = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < l->snapshots_n; i++)
		rc = remove_whole(&a, account, "snapshots/*", l->snapshots[i], e);
	for (size_t i = 0; rc == 0 && i < l->bases_n; i++)
		rc = remove_whole(&a, account, "bases/*", l->bases[i], e);
	for (size_t i = 0; rc == 0 && i < l->diffs_n; i++)
		rc = dir_remove(path_of(&a, account, "diffs/*.jsonl.gz", l->diffs[i]), e);
	for (size_t i = 0; rc == 0 && i < l->exports_n; i++)
		rc = thin_export(&a, account, l, &l->exports[i], e);
	arena_release(&a);
	return rc;
}

/* The directories from which something went, before the list of it goes. */
static int
sync_all(const char *account, struct err *e)
{
	static const char *const names[] = { "snapshots/.", "bases/.", "diffs/.", "exports/." };
	struct arena a = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = file_join(&a, account, names[i]);

		if (dir_exists(path))
			rc = dir_sync_parent(path, e);
	}
	arena_release(&a);
	return rc;
}

int
prune_list_finish(const char *account, struct err *e)
{
	struct arena a = { 0 };
	struct prune_list l;
	int found = load(&a, account, &l, e), rc = found < 0 ? -1 : 0;

	if (found > 0) {
		char *path = file_join(&a, account, PRUNE_LIST_FILE);

		rc = delete_all(account, &l, e);
		if (rc == 0)
			rc = sync_all(account, e);
		if (rc == 0)
			rc = dir_remove(path, e);
		if (rc == 0)
			rc = dir_sync_parent(path, e);
	}
	arena_release(&a);
	return rc < 0 ? -1 : found;
}

/* ---- Exports */

static bool
is_taken(struct str name)
{
	return str_starts(name, STR("contacts-")) || str_eq(name, STR("opt-outs.csv")) ||
	       str_eq(name, STR("skipped.csv")) || str_eq(name, STR("quarantine.jsonl"));
}

int
prune_list_export(
    struct arena *a, const char *account, struct str id, struct prune_export *out, struct err *e)
{
	char *dir = path_of(a, account, "exports/*", id);
	struct str *top, *lists;
	size_t top_n, lists_n;

	*out = (struct prune_export){ .id = id };
	if (dir_list(a, dir, &top, &top_n, e) < 0 ||
	    dir_list(a, file_join(a, dir, "segments"), &lists, &lists_n, e) < 0)
		return -1;
	out->files = arena_array(a, top_n + lists_n, sizeof(*out->files));
	for (size_t i = 0; i < top_n; i++)
		if (is_taken(top[i]))
			out->files[out->n++] = top[i];
	for (size_t i = 0; i < lists_n; i++)
		if (str_ends(lists[i], STR(".csv")))
			out->files[out->n++] = str_printf(a, "segments/%.*s", STR_ARG(lists[i]));
	return 0;
}

void
prune_list_taken(struct arena *a, const char *dir, struct str **files, size_t *n)
{
	struct err ignored = ERR_INIT;
	struct json j = JSON_INIT;
	struct json_fault fault;
	struct str text;

	*n = 0;
	if (file_load(a, file_join(a, dir, PRUNE_LIST_EXPORT), LIMIT, &text, &ignored) < 0)
		return;
	if (!json_read(&j, text, &fault) || j.nodes[0].kind != JSON_OBJECT ||
	    !read_texts(a, &j, 0, "files", files, n))
		*n = 0;
	json_release(&j);
}
