#include "delta/two_locations.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/intern.h"
#include "state/state.h"
#include "lib/kv.h"

/* Orders of which more than one copy may count, and where they were seen. */
struct search {
	struct read_snapshot *in;
	const struct read_source *source;
	struct kv_txn *t;
	struct intern ids;
	uint32_t *places; /* by number: as in text_index.h */
	size_t cap;
	struct err *e;
};

bool
two_locations_are_named(const struct read_source *source)
{
	uint32_t first = 0;

	for (size_t i = 0; i < source->manifest->n; i++) {
		uint32_t at = source->locations[i];

		if (source->manifest->pages[i].resource != RESOURCE_ORDERS || at == 0)
			continue;
		if (first != 0 && at != first)
			return true;
		first = at;
	}
	return false;
}

/* The order was seen there; 0: it is only to be looked at. */
static void
add(struct search *g, struct str id, uint32_t location)
{
	uint32_t number = intern_add(&g->ids, id);
	uint32_t *place;

	if (number >= g->cap) {
		size_t cap = g->cap > 0 ? 2 * g->cap : 64;

		g->places = mem_resize(g->places, cap, sizeof(*g->places));
		memset(g->places + g->cap, 0, (cap - g->cap) * sizeof(*g->places));
		g->cap = cap;
	}
	place = &g->places[number];
	if (*place == 0)
		*place = location;
	else if (location != 0 && *place != location)
		*place = TEXT_INDEX_TWO;
}

static void
add_copy(struct search *g, const struct seen *s)
{
	add(g, seen_id(s), g->source->locations[s->page]);
}

/* Of a known order: where its known text was seen; its id is a key that is not in a page. */
static int
add_known_text(struct search *g, struct str id)
{
	const struct text_index *k = &g->in->known[ENTITY_ORDER];
	struct known_record known;
	uint32_t ordinal;
	int rc;

	if (k->places == NULL)
		return 0;
	rc = state_record(g->t, ENTITY_ORDER, id, &known, g->e);
	if (rc <= 0)
		return rc;
	text_index_find(k, &known.hash, 1, &ordinal);
	if (ordinal != TEXT_INDEX_NONE)
		add(g, id, atomic_load_explicit(&k->places[ordinal], memory_order_relaxed));
	return 0;
}

static int
compare_id(const void *id, const void *seen)
{
	return str_cmp(*(const struct str *)id, seen_id(*(const struct seen *const *)seen));
}

/* The other copies of what was added so far: the last one, and the known text. */
static int
add_others(struct search *g, const struct merged *merged)
{
	for (uint32_t i = 1, n = g->ids.n; i < n; i++) {
		struct str id = g->ids.texts[i];
		const struct seen *const *last =
		    merged->n == 0
		        ? NULL
		        : bsearch(&id, merged->seen, merged->n, sizeof(*merged->seen), compare_id);

		if (last != NULL)
			add_copy(g, *last);
		if (add_known_text(g, id) < 0)
			return -1;
	}
	return 0;
}

/* Read by text, a changed order has one copy of each text. */
static int
add_changed(struct search *g, const struct merged *merged)
{
	if (g->in->known[ENTITY_ORDER].places == NULL)
		return 0;
	for (size_t i = 0; i < merged->n; i++) {
		if (merged->seen[i]->form != SEEN_TEXT)
			continue;
		add_copy(g, merged->seen[i]);
		if (add_known_text(g, seen_id(merged->seen[i])) < 0)
			return -1;
	}
	return 0;
}

/* Known texts that were seen at two locations; one walk over the orders, if there are any. */
static int
add_unchanged(struct search *g)
{
	const struct text_index *k = &g->in->known[ENTITY_ORDER];
	size_t first = 0, ordinal = 0;
	struct kv_cur *c;
	struct str id, row;
	int rc;

	while (k->places != NULL && first < k->n && k->places[first] != TEXT_INDEX_TWO)
		first++;
	if (k->places == NULL || first == k->n)
		return 0;
	c = kv_cursor(g->t, TABLE_ORDERS, g->e);
	for (; (rc = kv_next(c, &id, &row, g->e)) > 0; ordinal++)
		if (ordinal >= first && k->places[ordinal] == TEXT_INDEX_TWO)
			add(g, id, TEXT_INDEX_TWO);
	kv_cursor_close(c);
	return rc;
}

static void
list_found(struct search *g)
{
	struct read_snapshot *in = g->in;
	struct str *list = arena_array(&in->arena, g->ids.n, sizeof(*list));
	size_t n = 0;

	for (uint32_t i = 1; i < g->ids.n; i++)
		if (g->places[i] == TEXT_INDEX_TWO)
			list[n++] = str_copy(&in->arena, g->ids.texts[i]);
	if (n > 0)
		qsort(list, n, sizeof(*list), str_order);
	in->in_two_locations = list;
	in->in_two_locations_n = n;
}

int
two_locations_find(struct read_snapshot *in, const struct read_source *source,
    const struct merged *merged, struct kv_txn *t, struct err *e)
{
	struct search g = { .in = in, .source = source, .t = t, .e = e };
	int rc;

	if (!two_locations_are_named(source))
		return 0;
	for (size_t i = 0; i < merged->superseded_n; i++)
		add_copy(&g, merged->superseded[i]);
	for (size_t i = 0; i < in->quarantine.n; i++) {
		const struct quarantined *q = &in->quarantine.list[i];

		if (q->entity == ENTITY_ORDER && q->has_id)
			add(&g, q->id, source->locations[q->page]);
	}
	rc = add_others(&g, merged);
	if (rc == 0)
		rc = add_changed(&g, merged);
	if (rc == 0)
		rc = add_unchanged(&g);
	if (rc == 0)
		list_found(&g);
	intern_release(&g.ids);
	mem_free(g.places);
	return rc;
}
