#include "push/push_items.h"

#include <stdlib.h>

enum push_item_kind
push_items_kind(const struct wanted *w, const struct acked *acked)
{
	bool has_row = acked_is_there(acked) && acked_field(acked, STR("fh_id")) != NULL;

	if (w->gone.n > 0)
		return PUSH_GONE_ITEM;
	return has_row || w->hold != WANTED_WHOLE ? PUSH_CHANGED : PUSH_NEW;
}

bool
push_items_is_first(const struct push_item *item)
{
	return item->kind == PUSH_OPT_OUT || item->protects;
}

/* Opt-outs, then what protects, then the rest by kind.  An address that a row takes away is told
 * once it is gone from there. */
static int
rank(const struct push_item *x)
{
	if (x->kind == PUSH_OPT_OUT)
		return x->is_moving ? 3 : 0;
	return x->frees ? 1 : x->protects ? 2 : 4;
}

static int
order(const void *x, const void *y)
{
	const struct push_item *a = x, *b = y;
	int c = rank(a) - rank(b);

	if (c == 0)
		c = (a->kind > b->kind) - (a->kind < b->kind);
	if (c == 0)
		c = str_cmp(a->fh_id, b->fh_id);
	if (c == 0)
		c = (a->channel > b->channel) - (a->channel < b->channel);
	return c != 0 ? c : str_cmp(a->address, b->address);
}

void
push_items_copy(struct arena *a, const struct push_item *item, struct push_item *out)
{
	*out = *item;
	out->fh_id = str_copy(a, item->fh_id);
	out->address = str_copy(a, item->address);
	out->since = str_copy(a, item->since);
}

/* In order, and what comes after as many as are kept is forgotten, its texts too. */
static void
cut(struct push_items *x)
{
	struct arena texts = { 0 };

	if (x->n > 0)
		qsort(x->list, x->n, sizeof(*x->list), order);
	if (x->most == 0 || x->n <= x->most)
		return;
	x->n = x->most;
	x->is_cut = true;
	for (size_t i = 0; i < x->n; i++)
		push_items_copy(&texts, &x->list[i], &x->list[i]);
	arena_release(&x->texts);
	x->texts = texts;
}

static struct sha256_stream *
stream_of(struct push_items *x, enum push_item_kind kind)
{
	if (x->hashes[kind] == NULL)
		x->hashes[kind] = sha256_new();
	return x->hashes[kind];
}

static void
hash(struct push_items *x, const struct push_item *item, struct str body)
{
	struct sha256_stream *s = stream_of(x, item->kind);

	sha256_add(s, item->fh_id.p, item->fh_id.n);
	sha256_add(s, sha256_of(body).hex, SHA256_HEX);
}

void
push_items_mark(struct push_items *x, enum push_item_kind kind, struct str of, struct str fh_id)
{
	struct sha256_stream *s = stream_of(x, kind);

	sha256_add(s, of.p, of.n);
	sha256_add(s, " ", 1);
	sha256_add(s, fh_id.p, fh_id.n);
	sha256_add(s, "\n", 1);
}

/* Once it was cut, those that are kept begin the list, in order. */
void
push_items_add(struct push_items *x, const struct push_item *item, struct str body)
{
	hash(x, item, body);
	if (x->after != NULL && item->kind == PUSH_OPT_OUT && order(item, x->after) <= 0)
		return;
	if (x->is_cut && order(item, &x->list[x->most - 1]) > 0)
		return;
	x->list = mem_grow(x->list, x->n, &x->cap, sizeof(*x->list));
	push_items_copy(&x->texts, item, &x->list[x->n++]);
	if (x->most > 0 && x->n == 2 * x->most)
		cut(x);
}

struct sha256
push_items_finish(struct push_items *x)
{
	struct sha256_stream *all = sha256_new();

	cut(x);
	for (unsigned i = 0; i < PUSH_ITEM_KINDS; i++) {
		struct sha256 one =
		    x->hashes[i] == NULL ? sha256_of(STR("")) : sha256_done(x->hashes[i]);

		x->hashes[i] = NULL;
		sha256_add(all, one.hex, SHA256_HEX);
	}
	return sha256_done(all);
}

void
push_items_release(struct push_items *x)
{
	for (unsigned i = 0; i < PUSH_ITEM_KINDS; i++)
		if (x->hashes[i] != NULL)
			(void)sha256_done(x->hashes[i]);
	mem_free(x->list);
	arena_release(&x->texts);
	*x = (struct push_items){ 0 };
}
