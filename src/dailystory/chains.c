#include "dailystory/chains.h"

#include <stdlib.h>

#include "base/arena.h"
#include "profile/profile.h"

/* A node's name is a character and the id or the address. */
#define CUSTOMER 'c'
static const char kinds[HOLDERS_KINDS] = { 'e', 'm' };

/* A link that there was: it is listed from both of its ends. */
struct former {
	char from_kind, to_kind;
	struct str from, to;
};

void
chains_former(struct chains *c, enum holders_kind kind, struct str address, struct str id)
{
	struct former there = { kinds[kind], CUSTOMER, address, id };
	struct former back = { CUSTOMER, kinds[kind], id, address };

	buf_add(&c->former, &there, sizeof(there));
	buf_add(&c->former, &back, sizeof(back));
}

static int
by_from(const void *x, const void *y)
{
	const struct former *a = x, *b = y;

	return a->from_kind != b->from_kind ? a->from_kind - b->from_kind
	                                    : str_cmp(a->from, b->from);
}

/* One chain that is walked, node after node, as they are found. */
struct walk {
	struct chains *c;
	uint32_t first; /* number of its first node; those before are of other chains */
	bool is_changed;
	struct buf name;
	struct arena scratch;
	struct err *e;
};

static void
visit(struct walk *g, char kind, struct str text)
{
	struct chains *c = g->c;
	uint32_t number;

	if (text.n == 0)
		return;
	buf_reset(&g->name);
	buf_char(&g->name, kind);
	buf_str(&g->name, text);
	number = intern_add(&c->nodes, buf_view(&g->name));
	c->change = mem_reach(c->change, number, &c->cap, 1);
	if (number < g->first)
		g->is_changed = g->is_changed || c->change[number];
	else if (number + 1 == c->nodes.n)
		c->change[number] = 0;
}

/* The list is short: addresses that changed with this snapshot. */
static void
follow_former(struct walk *g, char kind, struct str text)
{
	const struct former key = { .from_kind = kind, .from = text };
	const struct former *list = (const void *)g->c->former.p;
	size_t n = g->c->former.n / sizeof(*list);
	const struct former *f = n == 0 ? NULL : bsearch(&key, list, n, sizeof(*list), by_from);

	if (f == NULL)
		return;
	while (f > list && by_from(f - 1, &key) == 0)
		f--;
	for (; f < list + n && by_from(f, &key) == 0; f++)
		visit(g, f->to_kind, f->to);
}

static int
follow_customer(struct walk *g, struct str id)
{
	struct chains *c = g->c;
	struct profile p = { 0 };

	if (c->changed_n > 0 &&
	    bsearch(&id, c->changed, c->changed_n, sizeof(id), str_order) != NULL)
		g->is_changed = true;
	if (g->is_changed)
		return 0;
	if (profile_record(&g->scratch, c->s, c->settings, id, &p, g->e) < 0)
		return -1;
	visit(g, kinds[HOLDERS_EMAIL], p.email);
	visit(g, kinds[HOLDERS_MOBILE], p.mobile);
	return 0;
}

static int
follow_address(struct walk *g, enum holders_kind kind, struct str address)
{
	struct str *ids;
	size_t n;

	if (holders_sharing(&g->scratch, g->c->s, kind, address, false, &ids, &n, g->e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		visit(g, CUSTOMER, ids[i]);
	return 0;
}

static int
follow(struct walk *g, struct str node)
{
	char kind = node.p[0];
	struct str text = str_from(node, 1);
	int rc;

	follow_former(g, kind, text);
	if (kind == CUSTOMER)
		rc = follow_customer(g, text);
	else
		rc = follow_address(
		    g, kind == kinds[HOLDERS_EMAIL] ? HOLDERS_EMAIL : HOLDERS_MOBILE, text);
	arena_reset(&g->scratch);
	return rc;
}

/* A walk ends early where something changed: what was found is of one chain all the same. */
int
chains_is_changed(struct chains *c, struct str id, bool *out, struct err *e)
{
	struct walk g = { .c = c, .first = c->nodes.n == 0 ? 1 : c->nodes.n, .e = e };
	int rc = 0;

	if (!c->is_sorted && c->former.n > 0)
		qsort(c->former.p, c->former.n / sizeof(struct former), sizeof(struct former),
		    by_from);
	c->is_sorted = true;
	visit(&g, CUSTOMER, id);
	for (uint32_t i = g.first; rc == 0 && !g.is_changed && i < c->nodes.n; i++)
		rc = follow(&g, c->nodes.texts[i]);
	for (uint32_t i = g.first; i < c->nodes.n; i++)
		c->change[i] = g.is_changed;
	*out = g.is_changed;
	buf_release(&g.name);
	arena_release(&g.scratch);
	return rc;
}

void
chains_release(struct chains *c)
{
	buf_release(&c->former);
	intern_release(&c->nodes);
	mem_free(c->change);
}
