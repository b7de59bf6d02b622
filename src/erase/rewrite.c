#include "erase/rewrite.h"

#include "base/file.h"
#include "erase/each_page.h"
#include "erase/swap.h"
#include "lib/gz.h"
#include "snapshot/page.h"
#include "snapshot/page_pack.h"

/* A page as it was, and what became of it. */
struct rewritten {
	struct str was, text; /* sha256 of the file, and of the new text */
	enum resource resource;
	struct str path; /* the new file */
	struct manifest_page page;
};

struct rewriting {
	const struct rewrite *w;
	struct arena arena;   /* of all */
	struct arena scratch; /* of a snapshot */
	struct page_reader reader;
	struct rewritten *done;
	size_t n, cap;
	struct str id;
	char *from, *to; /* its directories */
	struct err *e;
};

/* What can be read depends on the time of the snapshot, so one file may become two. */
static const struct rewritten *
find_done(const struct rewriting *g, const struct manifest_page *p, struct str text)
{
	struct sha256 digest = sha256_of(text);

	for (size_t i = 0; i < g->n; i++)
		if (str_eq(g->done[i].was, p->sha256) && g->done[i].resource == p->resource &&
		    str_eq(g->done[i].text, str_c(digest.hex)))
			return &g->done[i];
	return NULL;
}

static void
note_done(struct rewriting *g, struct str was, struct str text, const struct manifest_page *page,
    const char *path)
{
	struct rewritten x = { .was = str_copy(&g->arena, was),
		.text = str_copy(&g->arena, str_c(sha256_of(text).hex)),
		.resource = page->resource,
		.path = str_copy(&g->arena, str_c(path)),
		.page = *page };

	x.page.sha256 = str_copy(&g->arena, page->sha256);
	g->done = mem_grow(g->done, g->n, &g->cap, sizeof(*g->done));
	g->done[g->n++] = x;
}

static int
link_file(struct rewriting *g, const char *from, struct str name)
{
	char *to = file_join(&g->scratch, g->to, str_z(&g->scratch, name));
	int why = file_link(from, to);

	return why == 0 ? 0 : err_sys(g->e, why, "cannot link '%s' to '%s'", from, to);
}

static int
save_page(struct rewriting *g, struct str text, struct manifest_page *page)
{
	struct str was = page->sha256, stored = text;
	struct buf packed = { 0 };
	char *path = file_join(&g->scratch, g->to, str_z(&g->scratch, page->path));
	int rc;

	if (gz_is(g->reader.stored)) {
		page_pack(text, page->resource, &packed);
		stored = buf_view(&packed);
	}
	page->bytes = stored.n;
	page->sha256 = str_copy(&g->scratch, str_c(sha256_of(stored).hex));
	rc = file_save(path, stored, g->e);
	if (rc == 0)
		note_done(g, was, text, page, path);
	buf_release(&packed);
	return rc;
}

static uint64_t
count_left(struct str text, enum resource resource)
{
	struct page_reader again = { .text = text };
	struct err ignored = ERR_INIT;
	uint64_t n = 0;

	if (page_scan(&again, resource, &ignored) == 0)
		n = again.scan.n;
	page_reader_release(&again);
	return n;
}

/* A page that is called after the customer and holds a record of somebody else: Flowhub answers so
 * for merged customers.  It gets a name that tells of nobody. */
static void
rename_page(struct rewriting *g, struct manifest_page *page, size_t number)
{
	page->path = str_printf(&g->scratch, "customer-erased-%04zu.json%s", number + 1,
	    page_is_gzip(page->path) ? ".gz" : "");
	page->scope.detail = (struct str){ 0 };
	page->request = (struct str){ 0 };
}

/* Returns: 1 the page stays in the manifest, 0 it goes, -1. */
static int
rewrite_page(struct rewriting *g, const struct erase_page *x, struct manifest_page *page, size_t at)
{
	struct redactor *r = g->w->redactor;
	const struct rewritten *done;
	struct buf out = { 0 };
	struct str text;
	size_t n;
	int rc = 1;

	if (page_load(&g->reader, g->w->account, g->id, page->path, page->sha256, g->e) < 0 ||
	    page_scan(&g->reader, page->resource, g->e) < 0)
		return -1;
	n = redact_page(r, page->resource, g->reader.text, &g->reader.scan, &out);
	text = n > 0 ? buf_view(&out) : g->reader.text;
	done = find_done(g, page, text);
	page->records = count_left(text, page->resource);
	page->redacted += n;
	if (page->resource == RESOURCE_CUSTOMER && page->records == 0)
		rc = 0;
	else if (x->is_named)
		rename_page(g, page, at);
	if (rc > 0 && done != NULL) {
		page->sha256 = done->page.sha256;
		page->bytes = done->page.bytes;
		if (link_file(g, str_z(&g->scratch, done->path), page->path) < 0)
			rc = -1;
	} else if (rc > 0 && save_page(g, text, page) < 0) {
		rc = -1;
	}
	buf_release(&out);
	return rc;
}

static bool
is_page(const struct manifest *m, struct str name)
{
	for (size_t i = 0; i < m->n; i++)
		if (str_eq(m->pages[i].path, name))
			return true;
	return false;
}

/* What no manifest names stays beside it. */
static int
link_others(struct rewriting *g, const struct manifest *m)
{
	struct str *names;
	size_t n;

	if (dir_list(&g->scratch, g->from, &names, &n, g->e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		char *from = file_join(&g->scratch, g->from, str_z(&g->scratch, names[i]));

		if (is_page(m, names[i]) || str_eq(names[i], STR("manifest.json")) ||
		    !file_exists(from))
			continue;
		if (link_file(g, from, names[i]) < 0)
			return -1;
	}
	return 0;
}

static int
rewrite_pages(struct rewriting *g, struct manifest *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n; i++) {
		struct manifest_page page = m->pages[i];
		const struct erase_page *x = erase_plan_page(g->w->plan, g->id, page.path);
		char *from = file_join(&g->scratch, g->from, str_z(&g->scratch, page.path));
		int rc = x == NULL ? 1 : rewrite_page(g, x, &page, i);

		if (rc > 0 && x == NULL && link_file(g, from, page.path) < 0)
			rc = -1;
		if (rc < 0)
			return -1;
		if (rc > 0)
			m->pages[kept++] = page;
	}
	m->n = kept;
	return 0;
}

static int
save_manifest(struct rewriting *g, const struct manifest *m)
{
	struct buf b = { 0 };
	int rc;

	manifest_format(m, &b);
	rc = file_save(file_join(&g->scratch, g->to, "manifest.json"), buf_view(&b), g->e);
	buf_release(&b);
	return rc;
}

static int
rewrite_one(struct rewriting *g, const char *aside)
{
	const char *account = g->w->account;
	char *snapshots = file_join(&g->scratch, account, "snapshots");
	struct manifest m, named;

	g->from = file_join(&g->scratch, snapshots, str_z(&g->scratch, g->id));
	g->to = file_join(&g->scratch, aside, str_z(&g->scratch, g->id));
	if (each_page_manifest(&g->scratch, account, false, g->id, &m, g->e) < 0 ||
	    dir_make_quick(g->to, g->e) < 0)
		return -1;
	named = m;
	named.pages = arena_copy(&g->scratch, m.pages, m.n * sizeof(*m.pages));
	g->w->redactor->taken_at = m.taken_at;
	m.erased_at = g->w->at;
	if (rewrite_pages(g, &m) < 0 || link_others(g, &named) < 0 || save_manifest(g, &m) < 0 ||
	    dir_sync(g->to, g->e) < 0)
		return -1;
	return swap_mark(g->to, g->e);
}

int
rewrite_snapshots(const struct rewrite *w, struct err *e)
{
	struct rewriting g = { .w = w, .e = e };
	char *aside = file_join(&g.arena, w->account, "snapshots/" EACH_PAGE_ASIDE);
	int rc = dir_remove(aside, e);

	if (rc == 0)
		rc = dir_make(aside, e);
	for (size_t i = 0; rc == 0 && i < w->plan->snapshots_n; i++) {
		g.id = w->plan->snapshots[i];
		rc = rewrite_one(&g, aside);
		arena_reset(&g.scratch);
	}
	if (rc == 0)
		rc = dir_sync_parent(file_join(&g.arena, aside, "x"), e);
	page_reader_release(&g.reader);
	mem_free(g.done);
	arena_release(&g.scratch);
	arena_release(&g.arena);
	return rc;
}
