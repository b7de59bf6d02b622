#include "timemachine/verify_pages.h"

#include <stdatomic.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/pool.h"
#include "snapshot/page.h"

struct page_check {
	const struct verify_snapshot *v;
	struct str path, sha256;
	const struct manifest_page *page; /* NULL: only the state names it */
	struct err *fault;                /* filled by a worker; owned */
};

struct page_checks {
	const char *account;
	struct page_check *list;
	size_t n;
	struct page_reader *readers; /* one a worker */
	atomic_size_t done;          /* looked at */
};

/* Whether its manifest is to be believed; if not, the state names the pages. */
static bool
has_manifest(const struct verify_snapshot *v)
{
	const struct verify_file *x = &v->parts[PART_MANIFEST];

	return x->is_right || (x->is_sound && v->in_state == NULL);
}

static size_t
count_pages(const struct verify_snapshot *v)
{
	if (v->is_pruned || has_manifest(v))
		return v->manifest.n;
	return v->in_state == NULL ? 0 : v->in_state->pages_n;
}

static void
add_pages(struct page_checks *g, const struct verify_snapshot *v)
{
	size_t n = count_pages(v);

	for (size_t i = 0; i < n; i++) {
		struct page_check *x = &g->list[g->n++];

		x->v = v;
		if (has_manifest(v)) {
			x->page = &v->manifest.pages[i];
			x->path = x->page->path;
			x->sha256 = x->page->sha256;
		} else {
			x->path = v->in_state->pages[i].path;
			x->sha256 = v->in_state->pages[i].sha256;
		}
	}
}

static int
check_page(void *context, size_t worker, size_t i, struct err *e)
{
	struct page_checks *g = context;
	struct page_check *x = &g->list[i];
	struct page_reader *r = &g->readers[worker];
	struct err why = ERR_INIT;
	int rc;

	if (interrupt_check(e) < 0)
		return -1;
	atomic_fetch_add(&g->done, 1);
	rc = page_load(r, g->account, x->v->id, x->path, x->sha256, &why);

	if (rc == 0 && x->page != NULL)
		rc = page_scan(r, x->page->resource, &why);
	if (rc < 0) {
		x->fault = mem_alloc(sizeof(*x->fault));
		*x->fault = why;
	}
	return 0;
}

static void
add_findings(const struct page_checks *g, struct findings *f)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct page_check *x = &g->list[i];

		if (x->fault != NULL)
			finding_error(f, x->v->is_applied ? FINDING_SNAPSHOT : FINDING_PENDING,
			    x->v->parts[PART_MANIFEST].file, x->fault);
		mem_free(x->fault);
	}
}

/* Files of a snapshot that its manifest does not name. */
static void
find_extra(const char *account, const struct verify_snapshot *v, struct findings *f)
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

uint64_t
verify_pages(const char *account, size_t jobs, const struct verify_snapshot *list, size_t n,
    struct findings *f)
{
	struct page_checks g = { .account = account };
	struct err e = ERR_INIT;
	size_t most = 0;

	for (size_t i = 0; i < n; i++)
		most += count_pages(&list[i]);
	g.list = mem_zero(most + 1, sizeof(*g.list));
	g.readers = mem_zero(jobs, sizeof(*g.readers));
	for (size_t i = 0; i < n; i++) {
		add_pages(&g, &list[i]);
		if (list[i].parts[PART_MANIFEST].is_right && !list[i].is_pruned)
			find_extra(account, &list[i], f);
	}
	if (pool_run(jobs, g.n, check_page, &g, &e) < 0 && e.kind != ERR_INTERRUPTED)
		finding_error(f, FINDING_OTHER, STR("snapshots"), &e);
	add_findings(&g, f);
	for (size_t i = 0; i < jobs; i++)
		page_reader_release(&g.readers[i]);
	mem_free(g.readers);
	mem_free(g.list);
	return e.kind == ERR_INTERRUPTED ? atomic_load(&g.done) : g.n;
}
