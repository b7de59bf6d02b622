#include "erase/folded_exports.h"

#include <errno.h>

#include "account/account.h"
#include "base/file.h"
#include "base/num.h"
#include "bases/prune_list.h"
#include "erase/folded_rows.h"
#include "erase/folded_text.h"
#include "json/read.h"
#include "lib/json_writer.h"
#include "lib/sha256.h"

#define MANIFEST "manifest.json"

struct exports {
	const struct folded_exports *f;
	struct folded_rows rows;
	struct folded_text text;
	struct arena a;   /* of one export */
	struct json json; /* its manifest */
	struct str id;
	char *from, *to;   /* its directories */
	struct str *taken; /* its files that a prune took */
	size_t taken_n;
	bool is_changed;
	struct err *e;
};

/* Files about nobody, and those that are no rows. */
static bool
is_about_people(struct str path)
{
	return (str_ends(path, STR(".csv")) && !str_eq(path, STR("fields.csv"))) ||
	       str_ends(path, STR(".jsonl")) || str_starts(path, STR("contacts-"));
}

static uint64_t
number_of(const struct exports *g, uint32_t object, const char *name)
{
	uint32_t at = json_find(&g->json, object, str_c(name));
	uint64_t v = 0;

	if (at != 0)
		(void)!num_u64(json_raw(&g->json, at), &v);
	return v;
}

/* The entry of a file of which rows went; none if no row is left. */
static void
put_entry(struct exports *g, struct doc *files, uint32_t entry, struct str path)
{
	const struct folded_rows *r = &g->rows;
	uint64_t gone = r->gone + number_of(g, entry, "redacted");
	struct str text = buf_view(&r->out);
	struct doc *d;

	if (r->rows == 0)
		return;
	d = doc_in_object(files, NULL);
	doc_text(d, "path", path);
	doc_u64(d, "rows", r->rows);
	if (gone > 0)
		doc_u64(d, "redacted", gone);
	doc_u64(d, "bytes", text.n);
	doc_text(d, "sha256", str_c(sha256_of(text).hex));
}

/* In place of what is another name of the old file so far. */
static int
save(struct exports *g, const char *path, struct str text)
{
	char *to;

	if (g->to == NULL)
		return 0;
	to = file_join(&g->a, g->to, path);
	if (dir_remove(to, g->e) < 0)
		return -1;
	return text.n > 0 ? file_write(to, text, g->e) : 0;
}

static bool
was_taken(const struct exports *g, struct str path)
{
	for (size_t i = 0; i < g->taken_n; i++)
		if (str_eq(g->taken[i], path))
			return true;
	return false;
}

/* Returns: 1 it is another now, 0 it stays as it is, or was taken by a prune; -1. */
static int
take_file(struct exports *g, uint32_t entry, struct str path)
{
	struct err why = ERR_INIT;
	const struct folded_rows *r = &g->rows;
	struct str sha256 = json_find_text(&g->a, &g->json, entry, "sha256");
	char *from = file_join(&g->a, g->from, str_z(&g->a, path));

	if (!is_about_people(path))
		return 0;
	if (folded_text_load(&g->text, from, &why) < 0) {
		if (why.sys == ENOENT && was_taken(g, path))
			return 0;
		*g->e = why;
		if (why.sys == ENOENT)
			err_set(g->e, ERR_DAMAGED, "it is missing, and no prune took it");
		return err_file(g->e, from);
	}
	if (folded_digests_check(sha256, buf_view(&g->text.text), g->e) < 0 ||
	    folded_rows_take(&g->rows, path, buf_view(&g->text.text), g->e) < 0)
		return err_file(g->e, from);
	if (!r->is_changed)
		return 0;
	g->is_changed = true;
	return save(g, str_z(&g->a, path), r->rows > 0 ? buf_view(&r->out) : STR("")) < 0 ? -1 : 1;
}

static int
take_files(struct exports *g, struct doc *files, uint32_t list)
{
	const struct json_node *n = g->json.nodes;

	for (uint32_t i = list + 1; i < n[list].next; i = n[i].next) {
		struct str path = json_find_text(&g->a, &g->json, i, "path");
		int rc = take_file(g, i, path);

		if (rc < 0)
			return -1;
		if (rc > 0)
			put_entry(g, files, i, path);
		else
			doc_raw(files, NULL, json_raw(&g->json, i));
	}
	return 0;
}

static void
put_digest(struct exports *g, struct doc *d, uint32_t value)
{
	const struct folded_digest *x = folded_digests_find(g->f->digests, g->id);

	if (x == NULL || x->diff.n == 0) {
		doc_raw(d, "diff_sha256", json_raw(&g->json, value));
		return;
	}
	g->is_changed = true;
	doc_text(d, "diff_sha256", x->diff);
}

/* All members as they are but the list of files and the digest of the diff. */
static int
take_members(struct exports *g, struct doc *d)
{
	const struct json_node *n = g->json.nodes;

	for (uint32_t i = 1; i < n[0].next; i = n[n[i].next].next) {
		const char *name = str_z(&g->a, json_text(&g->a, &g->json, i));
		uint32_t value = n[i].next;

		if (strcmp(name, "files") == 0 && n[value].kind == JSON_ARRAY) {
			if (take_files(g, doc_in_array(d, "files"), value) < 0)
				return -1;
		} else if (strcmp(name, "diff_sha256") == 0) {
			put_digest(g, d, value);
		} else {
			doc_raw(d, name, json_raw(&g->json, value));
		}
	}
	return 0;
}

static int
save_manifest(struct exports *g, const struct doc *d)
{
	struct folded_digests *all = g->f->digests;
	struct buf b = { 0 };
	int rc;

	doc_print(d, &b);
	folded_digests_put(all, g->id)->export =
	    str_copy(&all->arena, str_c(sha256_of(buf_view(&b)).hex));
	rc = save(g, MANIFEST, buf_view(&b));
	buf_release(&b);
	return rc;
}

static int
take_export(struct exports *g)
{
	const struct folded_digest *was = folded_digests_find(g->f->was, g->id);
	char *path = file_join(&g->a, g->from, MANIFEST);
	struct json_fault fault;
	struct str text;
	struct doc *d;
	int rc;

	if (folded_text_load(&g->text, path, g->e) < 0)
		return -1;
	prune_list_taken(&g->a, g->from, &g->taken, &g->taken_n);
	text = str_copy(&g->a, buf_view(&g->text.text));
	if (was != NULL && folded_digests_check(was->export, text, g->e) < 0)
		return err_file(g->e, path);
	if (!json_read(&g->json, text, &fault) || g->json.nodes[0].kind != JSON_OBJECT) {
		err_set(g->e, ERR_DAMAGED, "it is not an export's manifest");
		return err_file(g->e, path);
	}
	d = doc_object();
	rc = take_members(g, d);
	if (rc == 0 && g->is_changed)
		rc = save_manifest(g, d);
	doc_free(d);
	return rc;
}

static int
take_all(struct exports *g, struct arena *a, const char *from, const char *to)
{
	struct str *ids;
	size_t n;
	int rc = account_ids(a, from, STR(""), &ids, &n, g->e);

	for (size_t i = 0; rc == 0 && i < n && str_cmp(ids[i], g->f->start) <= 0; i++) {
		g->id = g->rows.snapshot = ids[i];
		g->from = file_join(a, from, str_z(a, ids[i]));
		g->to = to == NULL ? NULL : file_join(a, to, str_z(a, ids[i]));
		g->is_changed = false;
		if (to != NULL)
			rc = folded_text_link_tree(&g->a, g->from, g->to, g->e);
		if (rc == 0)
			rc = take_export(g);
		arena_reset(&g->a);
	}
	return rc;
}

int
folded_exports_write(const struct folded_exports *f, struct err *e)
{
	struct exports g = { .f = f, .rows = { .names = f->names }, .e = e };
	struct arena a = { 0 };
	char *to = f->to == NULL ? NULL : file_join(&a, f->to, "exports");
	int rc = to == NULL ? 0 : dir_make_quick(to, e);

	if (rc == 0)
		rc = take_all(&g, &a, file_join(&a, f->from, "exports"), to);
	folded_rows_release(&g.rows);
	folded_text_release(&g.text);
	json_release(&g.json);
	arena_release(&g.a);
	arena_release(&a);
	return rc;
}
