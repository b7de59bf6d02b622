/* alike.h -- for tests: a record read by the fast path and strictly comes out the same. */
#ifndef TESTS_RECORD_ALIKE_H
#define TESTS_RECORD_ALIKE_H

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "record/record.h"

/* One way to read, and what it gave. */
struct way {
	struct record_reader r;
	struct intern words;
	struct arena a;
	struct customer c;
	struct order o;
	struct record_fault f;
	bool ok;
};

struct alike {
	struct schema schema;
	struct way strict, fast;
};

static inline void
alike_begin(struct alike *g, const struct record_settings *settings)
{
	struct way *ways[] = { &g->strict, &g->fast };

	*g = (struct alike){ 0 };
	schema_init(&g->schema);
	for (size_t i = 0; i < 2; i++) {
		ways[i]->r.schema = &g->schema;
		ways[i]->r.settings = settings;
		ways[i]->r.unknown.words = &ways[i]->words;
		ways[i]->r.taken_at = 20600 * TIMESTAMP_DAY; /* in 2026 */
	}
	g->strict.r.strict = true;
}

static inline void
alike_end(struct alike *g)
{
	struct way *ways[] = { &g->strict, &g->fast };

	for (size_t i = 0; i < 2; i++) {
		record_reader_release(&ways[i]->r);
		intern_release(&ways[i]->words);
		arena_release(&ways[i]->a);
	}
}

static inline void
way_read(struct way *w, bool is_order, struct str text)
{
	arena_reset(&w->a);
	w->ok = is_order ? record_read_order(&w->r, &w->a, text, &w->o, &w->f)
	                 : record_read_customer(&w->r, &w->a, text, &w->c, &w->f);
}

static inline bool
same_z(const char *x, const char *y)
{
	return str_eq(str_c(x), str_c(y)) && (x == NULL) == (y == NULL);
}

static inline bool
same_fault(const struct record_fault *x, const struct record_fault *y)
{
	return same_z(x->what, y->what) && same_z(x->field, y->field) && x->at == y->at &&
	       x->has_id == y->has_id && str_eq(x->id, y->id);
}

static inline bool
same_drops(const struct record_drops *x, const struct record_drops *y)
{
	struct buf one = { 0 }, two = { 0 };
	bool same;

	drops_pack(&one, x);
	drops_pack(&two, y);
	same = str_eq(buf_view(&one), buf_view(&two));
	buf_release(&one);
	buf_release(&two);
	return same;
}

static inline bool
same_customer(const struct customer *x, const struct customer *y)
{
	struct buf one = { 0 }, two = { 0 };
	bool same;

	record_pack_customer(&one, x);
	record_pack_customer(&two, y);
	same = str_eq(buf_view(&one), buf_view(&two)) && str_eq(x->id, y->id) &&
	       same_drops(&x->drops, &y->drops);
	buf_release(&one);
	buf_release(&two);
	return same;
}

static inline bool
same_order(const struct order *x, const struct order *y)
{
	for (size_t i = 0; i < x->items_n && i < y->items_n; i++)
		if (!str_eq(x->items[i].product, y->items[i].product) ||
		    !str_eq(x->items[i].category, y->items[i].category))
			return false;
	return x->items_n == y->items_n && str_eq(x->id, y->id) &&
	       str_eq(x->customer, y->customer) && str_eq(x->status, y->status) &&
	       str_eq(x->type, y->type) && str_eq(x->budtender, y->budtender) &&
	       x->created == y->created && x->time == y->time && x->total == y->total &&
	       x->has_total == y->has_total && x->voided == y->voided &&
	       x->undoes_sale == y->undoes_sale && str_eq(x->location, y->location) &&
	       same_drops(&x->drops, &y->drops);
}

/* By their texts: numbers are each way's own. */
static inline bool
same_unknown(const struct way *x, const struct way *y)
{
	const struct schema_unknown *a = &x->r.unknown, *b = &y->r.unknown;

	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (!str_eq(x->words.texts[a->list[i]], y->words.texts[b->list[i]]))
			return false;
	return a->n == b->n;
}

/* Read the text both ways.
 * Returns: what differs, NULL if nothing does. */
static inline const char *
alike_differ(struct alike *g, bool is_order, struct str text)
{
	struct way *x = &g->strict, *y = &g->fast;

	way_read(x, is_order, text);
	way_read(y, is_order, text);
	if (x->ok != y->ok)
		return "acceptance";
	if (!x->ok && !same_fault(&x->f, &y->f))
		return "fault";
	if (x->ok && !same_unknown(x, y))
		return "unknown fields";
	if (x->ok && is_order && !same_order(&x->o, &y->o))
		return "order";
	if (x->ok && !is_order && !same_customer(&x->c, &y->c))
		return "customer";
	return NULL;
}

/* alike_knows(g, is_order, text): the text is read by the fast path alone. */
static inline bool
alike_knows(struct alike *g, bool is_order, struct str text)
{
	struct record_reader *r = &g->fast.r;

	return fast_outline_read(&r->fast, r->schema, is_order ? SCHEMA_ORDER : SCHEMA_CUSTOMER,
	    text, &r->o, &r->unknown);
}

#endif /* TESTS_RECORD_ALIKE_H */
