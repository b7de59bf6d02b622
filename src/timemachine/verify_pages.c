#include "timemachine/verify_pages.h"

#include <errno.h>

#include "base/arena.h"
#include "base/file.h"
#include "json/read.h"
#include "base/num.h"
#include "base/pool.h"
#include "snapshot/page.h"

/* A page to look at. */
struct task {
	const struct verify_snapshots *v;
	struct str path, sha256;
	const struct manifest_page *page; /* NULL: only the state knows it */
	struct err *fault;                /* filled by a worker */
};

struct looking {
	const char *account;
	struct task *list;
	size_t n, cap;
	struct page_reader *readers; /* one a worker */
};

static void
add_task(struct looking *g, struct task t)
{
	if (g->n == g->cap) {
		g->cap = g->cap == 0 ? 256 : 2 * g->cap;
		g->list = mem_resize(g->list, g->cap, sizeof(*g->list));
	}
	g->list[g->n++] = t;
}

/* The manifest names the pages; if it is not to be believed, the state does. */
static void
add_tasks(struct looking *g, const struct verify_snapshots *v)
{
	const struct verify_file *x = &v->parts[PART_MANIFEST];

	if (x->is_right || (x->is_sound && v->state_claim == NULL)) {
		for (size_t i = 0; i < v->manifest.n; i++) {
			const struct manifest_page *p = &v->manifest.pages[i];

			add_task(g, (struct task){ v, p->path, p->sha256, p, NULL });
		}
		return;
	}
	for (size_t i = 0; v->state_claim != NULL && i < v->state_claim->pages_n; i++) {
		const struct verify_claim_page *p = &v->state_claim->pages[i];

		add_task(g, (struct task){ v, p->path, p->sha256, NULL, NULL });
	}
}

static int
look(void *context, size_t worker, size_t i, struct err *e)
{
	struct looking *g = context;
	struct task *t = &g->list[i];
	struct page_reader *r = &g->readers[worker];
	struct err why = ERR_INIT;
	int rc = page_load(r, g->account, t->v->id, t->path, t->sha256, &why);

	(void)e;
	if (rc == 0 && t->page != NULL)
		rc = page_scan(r, t->page->resource, &why);
	if (rc < 0) {
		t->fault = mem_alloc(sizeof(*t->fault));
		*t->fault = why;
	}
	return 0;
}

static void
report(struct looking *g, struct findings *f)
{
	for (size_t i = 0; i < g->n; i++) {
		struct task *t = &g->list[i];

		if (t->fault != NULL)
			finding_error(f, t->v->is_applied ? FINDING_SNAPSHOT : FINDING_PENDING,
			    t->v->parts[PART_MANIFEST].file, t->fault);
		mem_free(t->fault);
	}
}

/* Files of a snapshot that its manifest does not name. */
static void
find_strays(const char *account, const struct verify_snapshots *v, struct findings *f)
{
	struct arena a = { 0 };
	struct str dir = str_printf(&a, "snapshots/%.*s", STR_ARG(v->id));
	struct err e = ERR_INIT;
	struct str *names;
	size_t n;

	if (dir_list(&a, file_join(&a, account, str_z(&a, dir)), &names, &n, &e) < 0) {
		finding_error(f, FINDING_OTHER, dir, &e);
		n = 0;
	}
	for (size_t i = 0; i < n; i++) {
		bool is_named = str_eq(names[i], STR("manifest.json"));

		for (size_t k = 0; !is_named && k < v->manifest.n; k++)
			is_named = str_eq(names[i], v->manifest.pages[k].path);
		if (!is_named)
			finding_add(f, FINDING_EXTRA,
			    str_printf(&a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(names[i])),
			    "the snapshot's manifest does not name it");
	}
	arena_release(&a);
}

void
verify_pages(const char *account, size_t jobs, const struct verify_snapshots *list, size_t n,
    struct findings *f, struct verify_page *seen)
{
	struct looking g = { .account = account };
	struct err e = ERR_INIT;

	for (size_t i = 0; i < n; i++) {
		add_tasks(&g, &list[i]);
		seen->snapshots += list[i].parts[PART_MANIFEST].is_there;
		if (list[i].parts[PART_MANIFEST].is_right)
			find_strays(account, &list[i], f);
	}
	seen->pages = g.n;
	g.readers = mem_zero(jobs, sizeof(*g.readers));
	if (pool_run(jobs, g.n, look, &g, &e) < 0)
		finding_error(f, FINDING_OTHER, STR("snapshots"), &e);
	report(&g, f);
	for (size_t i = 0; i < jobs; i++)
		page_reader_release(&g.readers[i]);
	mem_free(g.readers);
	mem_free(g.list);
}

/* An export while it is looked at. */
struct export_look {
	const char *account;
	const struct verify_snapshots *v;
	struct findings *f;
	struct arena a;
	struct json json;
	struct str dir;    /* exports/<id> */
	struct str *named; /* paths in the manifest */
	size_t named_n;
};

static struct str
text_of(struct export_look *g, uint32_t object, const char *name)
{
	uint32_t i = json_find(&g->json, object, str_c(name));

	return i != 0 && g->json.nodes[i].kind == JSON_STRING ? json_text(&g->a, &g->json, i)
	                                                      : (struct str){ 0 };
}

/* What a replay takes from an export is worth more than what can be written
 * again. */
static enum finding_kind
kind_of(struct str path)
{
	return str_eq(path, STR("rules.json")) || str_eq(path, STR("settings.json")) ||
	               str_eq(path, STR("suppress.txt"))
	           ? FINDING_RECORD
	           : FINDING_EXPORT;
}

/* A file of the list: "contacts-0001.csv", "segments/vip-left.csv". */
static void
look_at_file(struct export_look *g, uint32_t node)
{
	struct str path = text_of(g, node, "path"), text, file;
	uint32_t bytes = json_find(&g->json, node, STR("bytes"));
	struct err e = ERR_INIT;
	uint64_t size = 0;

	g->named[g->named_n++] = path;
	file = str_printf(&g->a, "%.*s/%.*s", STR_ARG(g->dir), STR_ARG(path));
	if (path.n == 0 || path.p[0] == '/' || path.p[0] == '.') {
		finding_add(g->f, FINDING_RECORD, g->v->parts[PART_EXPORT].file,
		    "it names a file outside its directory");
		return;
	}
	if (file_load(&g->a, file_join(&g->a, g->account, str_z(&g->a, file)), UINT64_MAX, &text,
	        &e) < 0) {
		finding_add(
		    g->f, kind_of(path), file, "%s", e.sys == ENOENT ? "it is missing" : e.msg);
		return;
	}
	if (bytes != 0)
		(void)!num_u64(json_raw(&g->json, bytes), &size);
	if (size != text.n)
		finding_add(g->f, kind_of(path), file,
		    "it has %zu bytes, not the %llu that were written", text.n,
		    (unsigned long long)size);
	else if (!str_eq(str_c(sha256_of(text).hex), text_of(g, node, "sha256")))
		finding_add(g->f, kind_of(path), file,
		    "its sha256 is not that of the file that was written");
}

static bool
is_named(const struct export_look *g, struct str path)
{
	if (str_eq(path, STR("manifest.json")) || str_eq(path, STR("segments")))
		return true;
	for (size_t i = 0; i < g->named_n; i++)
		if (str_eq(g->named[i], path))
			return true;
	return false;
}

static void
find_extra(struct export_look *g, const char *prefix)
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
look_at_export(struct export_look *g)
{
	struct json_fault fault;
	uint32_t files, at;

	g->dir = str_printf(&g->a, "exports/%.*s", STR_ARG(g->v->id));
	if (!json_read(&g->json, g->v->export_text, &fault))
		return; /* the manifest's own finding */
	files = json_find(&g->json, 0, STR("files"));
	if (files == 0 || g->json.nodes[files].kind != JSON_ARRAY) {
		finding_add(
		    g->f, FINDING_RECORD, g->v->parts[PART_EXPORT].file, "it lists no files");
		return;
	}
	at = files + 1;
	g->named = arena_array(&g->a, g->json.nodes[files].count, sizeof(*g->named));
	for (size_t i = 0; i < g->json.nodes[files].count; i++) {
		if (g->json.nodes[at].kind == JSON_OBJECT)
			look_at_file(g, at);
		at = g->json.nodes[at].next;
	}
	find_extra(g, "");
	find_extra(g, "segments/");
}

void
verify_exports(const char *account, const struct verify_snapshots *list, size_t n,
    struct findings *f, struct verify_page *seen)
{
	struct export_look g = { .account = account, .f = f };

	for (size_t i = 0; i < n; i++) {
		seen->diffs += list[i].parts[PART_DIFF].is_there;
		seen->exports += list[i].parts[PART_EXPORT].is_there;
		if (!list[i].parts[PART_EXPORT].is_right)
			continue;
		g.v = &list[i];
		g.named_n = 0;
		look_at_export(&g);
		seen->files += g.named_n;
		arena_reset(&g.a);
	}
	json_release(&g.json);
	arena_release(&g.a);
}
