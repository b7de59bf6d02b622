#include "erase/erase_plan.h"

#include "erase/each_page.h"

static void
note_snapshot(struct erase_plan *p, struct str id)
{
	if (p->snapshots_n > 0 && str_eq(p->snapshots[p->snapshots_n - 1], id))
		return;
	p->snapshots =
	    mem_grow(p->snapshots, p->snapshots_n, &p->snapshots_cap, sizeof(*p->snapshots));
	p->snapshots[p->snapshots_n++] = str_copy(&p->arena, id);
}

static void
note_page(struct erase_plan *p, const struct each_page *at, bool is_named)
{
	const struct manifest_page *m = &at->manifest->pages[at->page];
	const struct redactor *r = p->redactor;
	struct erase_page page = { .path = str_copy(&p->arena, m->path),
		.records = arena_array(&p->arena, r->n + 1, sizeof(*page.records)),
		.n = r->n,
		.is_named = is_named };

	note_snapshot(p, at->snapshot);
	page.snapshot = p->snapshots[p->snapshots_n - 1];
	for (size_t i = 0; i < r->n; i++) {
		page.records[i] = r->records[i];
		p->kinds[r->records[i].kind]++;
	}
	p->bytes += m->bytes;
	p->pages = mem_grow(p->pages, p->n, &p->cap, sizeof(*p->pages));
	p->pages[p->n++] = page;
}

static int
judge_page(void *context, const struct each_page *at, struct err *e)
{
	struct erase_plan *p = context;
	struct redactor *r = p->redactor;
	const struct manifest_page *m = &at->manifest->pages[at->page];
	bool is_named = m->scope.kind == SCOPE_ID && m->scope.detail.n > 0 &&
	                r->fate(r->context, m->scope.detail) != REDACT_NOT;
	struct buf out = { 0 };

	(void)e;
	r->n = 0;
	r->taken_at = at->manifest->taken_at;
	if (!p->looks_first || is_named || search_has_telling(r->search, at->reader->text))
		(void)redact_page(r, m->resource, at->reader->text, &at->reader->scan, &out);
	if (r->n > 0 || is_named)
		note_page(p, at, is_named);
	buf_release(&out);
	return 0;
}

int
erase_plan_make(struct erase_plan *p, struct err *e)
{
	return each_page(p->account, false, judge_page, p, e);
}

const struct erase_page *
erase_plan_page(const struct erase_plan *p, struct str snapshot, struct str path)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->pages[i].snapshot, snapshot) && str_eq(p->pages[i].path, path))
			return &p->pages[i];
	return NULL;
}

/* A page is named by its file, unless the file is named after the customer. */
void
erase_plan_pages(const struct erase_plan *p, struct buf *b)
{
	buf_char(b, '[');
	for (size_t i = 0; i < p->n; i++) {
		buf_z(b, i > 0 ? ",{\"snapshot\":" : "{\"snapshot\":");
		buf_json(b, p->pages[i].snapshot);
		if (!p->pages[i].is_named) {
			buf_z(b, ",\"page\":");
			buf_json(b, p->pages[i].path);
		}
		buf_z(b, ",\"records\":[");
		for (size_t k = 0; k < p->pages[i].n; k++)
			buf_printf(b, "%s%u", k > 0 ? "," : "", p->pages[i].records[k].index);
		buf_z(b, "]}");
	}
	buf_char(b, ']');
}

void
erase_plan_release(struct erase_plan *p)
{
	mem_free(p->pages);
	mem_free(p->snapshots);
	arena_release(&p->arena);
}
