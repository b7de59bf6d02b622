#include "erase/folded_names.h"

#include "dailystory/contact.h"

/* A cell that a spreadsheet would run has a quote in front. */
static void
add_shown(struct folded_names *g, struct str id)
{
	struct str clean = contact_id(&g->arena, id);

	(void)intern_add(&g->shown, clean);
	(void)intern_add(&g->shown, str_printf(&g->arena, "'%.*s", STR_ARG(clean)));
}

void
folded_names_make(struct folded_names *g)
{
	for (uint32_t i = 1; i < g->gather->ids.n; i++)
		add_shown(g, g->gather->ids.texts[i]);
}

bool
folded_names_is(const struct folded_names *g, struct str id)
{
	return intern_find(&g->gather->ids, id) != 0;
}

bool
folded_names_shows(const struct folded_names *g, struct str cell)
{
	return intern_find(&g->shown, cell) != 0;
}

bool
folded_names_removes(const struct folded_names *g, struct str id)
{
	return g->is_removal && folded_names_ordered(g, id) && intern_find(g->passed, id) == 0;
}

bool
folded_names_ordered(const struct folded_names *g, struct str id)
{
	return intern_find(&g->gather->orders, id) != 0;
}

static struct str
page_key(struct buf *b, struct str snapshot, struct str page)
{
	buf_reset(b);
	buf_str(b, snapshot);
	buf_char(b, '/');
	buf_str(b, page);
	return buf_view(b);
}

void
folded_names_rename(struct folded_names *g, struct str snapshot, struct str page, struct str name)
{
	struct buf key = { 0 };
	uint32_t i = intern_add(&g->pages, page_key(&key, snapshot, page));

	g->renamed = mem_reach(g->renamed, i, &g->cap, sizeof(*g->renamed));
	g->renamed[i] = str_copy(&g->arena, name);
	buf_release(&key);
}

struct str
folded_names_page(const struct folded_names *g, struct str snapshot, struct str page)
{
	struct buf key = { 0 };
	uint32_t i = g->pages.n <= 1 ? 0 : intern_find(&g->pages, page_key(&key, snapshot, page));

	buf_release(&key);
	return i == 0 ? page : g->renamed[i];
}

void
folded_names_release(struct folded_names *g)
{
	intern_release(&g->shown);
	intern_release(&g->pages);
	mem_free(g->renamed);
	arena_release(&g->arena);
}
