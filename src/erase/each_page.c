#include "erase/each_page.h"

#include "account/account.h"
#include "base/file.h"
#include "snapshot/store.h"

#define MANIFEST_LIMIT (UINT64_C(1) << 30)

struct visiting {
	const char *account;
	bool is_aside;
	each_page_fn *fn;
	void *context;
	struct page_reader reader;
	struct err *e;
};

struct str
each_page_dir(struct arena *a, bool is_aside, struct str id)
{
	return is_aside ? str_printf(a, EACH_PAGE_ASIDE "/%.*s", STR_ARG(id)) : id;
}

int
each_page_manifest(struct arena *a, const char *account, bool is_aside, struct str id,
    struct manifest *out, struct err *e)
{
	struct str dir = each_page_dir(a, is_aside, id), text;
	struct str path = str_printf(a, "%s/snapshots/%.*s/manifest.json", account, STR_ARG(dir));

	if (file_load(a, str_z(a, path), MANIFEST_LIMIT, &text, e) < 0)
		return err_wrap(e, "snapshot %.*s", STR_ARG(id));
	return manifest_parse(a, id, text, out, e);
}

static int
visit_pages(struct visiting *g, struct str id, struct arena *a)
{
	struct str dir = each_page_dir(a, g->is_aside, id);
	struct manifest m;

	if (each_page_manifest(a, g->account, g->is_aside, id, &m, g->e) < 0)
		return -1;
	for (size_t i = 0; i < m.n; i++) {
		const struct manifest_page *p = &m.pages[i];
		const struct each_page visit = { id, &m, i, &g->reader };

		if (p->resource == RESOURCE_LOCATIONS)
			continue;
		if (page_load(&g->reader, g->account, dir, p->path, p->sha256, g->e) < 0 ||
		    page_scan(&g->reader, p->resource, g->e) < 0 ||
		    g->fn(g->context, &visit, g->e) < 0)
			return -1;
	}
	return 0;
}

static int
list_snapshots(struct arena *a, const struct visiting *g, struct str **ids, size_t *n)
{
	struct str dir;

	if (!g->is_aside)
		return store_list(a, g->account, ids, n, g->e);
	dir = str_printf(a, "%s/snapshots/" EACH_PAGE_ASIDE, g->account);
	return account_ids(a, str_z(a, dir), STR(""), ids, n, g->e);
}

int
each_page(const char *account, bool is_aside, each_page_fn *fn, void *context, struct err *e)
{
	struct visiting g = {
		.account = account, .is_aside = is_aside, .fn = fn, .context = context, .e = e
	};
	struct arena a = { 0 }, scratch = { 0 };
	struct str *ids;
	size_t n;
	int rc = list_snapshots(&a, &g, &ids, &n);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = visit_pages(&g, ids[i], &scratch);
		arena_reset(&scratch);
	}
	page_reader_release(&g.reader);
	arena_release(&scratch);
	arena_release(&a);
	return rc;
}
