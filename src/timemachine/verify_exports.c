#include "timemachine/verify_exports.h"

#include <errno.h>

#include "base/arena.h"
#include "base/interrupt.h"
#include "base/file.h"
#include "base/num.h"
#include "bases/prune_list.h"
#include "json/read.h"

/* The export in hand. */
struct export_check {
	const char *account;
	const struct verify_snapshot *v;
	struct findings *f;
	struct arena a;
	struct json json;
	struct str dir;    /* exports/<id> */
	struct str *named; /* paths in the manifest */
	size_t named_n;
	struct str *taken; /* those that a prune took */
	size_t taken_n;
};

static bool
is_in(struct str path, const struct str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i], path))
			return true;
	return false;
}

/* A file of the list: "contacts-0001.csv", "segments/vip-left.csv". */
static void
check_file(struct export_check *g, uint32_t node)
{
	struct str path = json_find_text(&g->a, &g->json, node, "path"), text, file;
	uint32_t bytes = json_find(&g->json, node, STR("bytes"));
	struct err e = ERR_INIT;
	uint64_t size = 0;

	g->named[g->named_n++] = path;
	file = str_printf(&g->a, "%.*s/%.*s", STR_ARG(g->dir), STR_ARG(path));
	if (path.n == 0 || path.p[0] == '/' || path.p[0] == '.') {
		finding_add(g->f, FINDING_EXPORT, g->v->parts[PART_EXPORT].file,
		    "it names a file outside its directory");
		return;
	}
	if (file_load(&g->a, file_join(&g->a, g->account, str_z(&g->a, file)), UINT64_MAX, &text,
	        &e) < 0) {
		if (e.sys != ENOENT || !is_in(path, g->taken, g->taken_n))
			finding_add(g->f, FINDING_EXPORT, file, "%s",
			    e.sys == ENOENT ? "it is missing" : e.msg);
		return;
	}
	if (bytes != 0)
		(void)!num_u64(json_raw(&g->json, bytes), &size);
	if (size != text.n)
		finding_add(g->f, FINDING_EXPORT, file, "it has %zu bytes, expected %llu", text.n,
		    (unsigned long long)size);
	else if (!str_eq(
	             str_c(sha256_of(text).hex), json_find_text(&g->a, &g->json, node, "sha256")))
		finding_add(g->f, FINDING_EXPORT, file, "file was modified: its sha256 differs");
}

static bool
is_named(const struct export_check *g, struct str path)
{
	return str_eq(path, STR("manifest.json")) || str_eq(path, STR("segments")) ||
	       str_eq(path, STR(PRUNE_LIST_EXPORT)) || is_in(path, g->named, g->named_n);
}

static void
find_extra(struct export_check *g, const char *prefix)
{
	struct str dir = str_printf(&g->a, "%s/%.*s/%s", g->account, STR_ARG(g->dir), prefix);
	struct err e = ERR_INIT;
	struct str *names;
	size_t n;

	if (dir_list(&g->a, str_z(&g->a, dir), &names, &n, &e) < 0) {
		finding_error(g->f, FINDING_OTHER, g->dir, &e);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct str path = str_printf(&g->a, "%s%.*s", prefix, STR_ARG(names[i]));

		if (!is_named(g, path))
			finding_add(g->f, FINDING_EXTRA,
			    str_printf(&g->a, "%.*s/%.*s", STR_ARG(g->dir), STR_ARG(path)),
			    "the export's manifest does not name it");
	}
}

static void
check_export(struct export_check *g)
{
	struct json_fault fault;
	const struct json_node *nodes;
	uint32_t files;

	g->dir = str_printf(&g->a, "exports/%.*s", STR_ARG(g->v->id));
	prune_list_taken(
	    &g->a, file_join(&g->a, g->account, str_z(&g->a, g->dir)), &g->taken, &g->taken_n);
	if (!json_read(&g->json, g->v->export_text, &fault))
		return; /* reported with the manifest */
	nodes = g->json.nodes;
	files = json_find(&g->json, 0, STR("files"));
	if (files == 0 || nodes[files].kind != JSON_ARRAY) {
		finding_add(
		    g->f, FINDING_EXPORT, g->v->parts[PART_EXPORT].file, "it lists no files");
		return;
	}
	g->named = arena_array(&g->a, nodes[files].count, sizeof(*g->named));
	for (uint32_t i = files + 1; i < nodes[files].next; i = nodes[i].next)
		if (nodes[i].kind == JSON_OBJECT)
			check_file(g, i);
	find_extra(g, "");
	find_extra(g, "segments/");
}

uint64_t
verify_exports(
    const char *account, const struct verify_snapshot *list, size_t n, struct findings *f)
{
	struct export_check g = { .account = account, .f = f };
	uint64_t files = 0;

	for (size_t i = 0; i < n && !interrupt_is_asked(); i++) {
		if (!list[i].parts[PART_EXPORT].is_right)
			continue;
		g.v = &list[i];
		g.named_n = 0;
		check_export(&g);
		files += g.named_n;
		arena_reset(&g.a);
	}
	json_release(&g.json);
	arena_release(&g.a);
	return files;
}
