#include "erase/folded_packed.h"

#include "bases/pruned.h"
#include "snapshot/page.h"

static bool
is_called_after(const struct folded_names *names, const struct manifest_page *p)
{
	return p->scope.kind == SCOPE_ID && p->scope.detail.n > 0 &&
	       folded_names_is(names, p->scope.detail);
}

static void
rename_pages(struct folded_names *names, struct str id, const struct manifest *m)
{
	struct arena a = { 0 };

	for (size_t i = 0; i < m->n; i++) {
		const struct manifest_page *p = &m->pages[i];

		if (is_called_after(names, p))
			folded_names_rename(names, id, p->path,
			    str_printf(&a, "customer-erased-%04zu.json%s", i + 1,
			        page_is_gzip(p->path) ? ".gz" : ""));
	}
	arena_release(&a);
}

int
folded_packed_read(const char *account, struct folded_names *names, struct err *e)
{
	struct pruned_snapshot *list;
	struct arena a = { 0 }, scratch = { 0 };
	struct manifest m;
	size_t n;
	int rc = pruned_load(&a, account, &list, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = pruned_manifest(&scratch, &list[i], &m, e);
		if (rc == 0)
			rename_pages(names, list[i].id, &m);
		arena_reset(&scratch);
	}
	arena_release(&scratch);
	arena_release(&a);
	if (rc < 0)
		return -1;
	return names->pages.n > 1;
}

/* Returns: 0, ${x}'s line anew if a page of it is renamed; -1. */
static int
rewrite_line(
    struct arena *a, const struct folded_names *names, struct pruned_snapshot *x, struct err *e)
{
	struct buf text = { 0 }, line = { 0 };
	struct manifest m;
	bool is_changed = false;
	int rc = 0;

	if (pruned_manifest(a, x, &m, e) < 0)
		return -1;
	for (size_t i = 0; i < m.n; i++) {
		struct manifest_page *p = &m.pages[i];

		if (!is_called_after(names, p))
			continue;
		is_changed = true;
		p->path = folded_names_page(names, x->id, p->path);
		p->scope.detail = p->request = (struct str){ 0 };
	}
	if (is_changed) {
		manifest_format(&m, &text);
		rc = pruned_line(&line, x->id, x->sha256, buf_view(&text), e);
		x->line = str_copy(a, buf_view(&line));
	}
	buf_release(&text);
	buf_release(&line);
	return rc;
}

int
folded_packed_write(
    const char *account, const struct folded_names *names, const char *path, struct err *e)
{
	struct pruned_snapshot *list;
	struct arena a = { 0 };
	size_t n;
	int rc = pruned_load(&a, account, &list, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = rewrite_line(&a, names, &list[i], e);
	if (rc == 0)
		rc = pruned_write(path, list, n, e);
	arena_release(&a);
	return rc;
}
