#include "delta/two_locations.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/intern.h"
#include "state/state.h"
#include "lib/kv.h"

/* Orders of which more than one copy may count, and where they were seen. */
struct finding_two {
	const struct two_locations *from;
	struct intern ids;
	uint32_t *places; /* by number: as in text_index.h */
	size_t cap;
	struct err *e;
};

bool
two_locations_are_named(const struct read_source *source)
{
	uint32_t first = 0;

	for (size_t i = 0; i < source->run->manifest->n; i++) {
		uint32_t at = source->locations[i];

		if (source->run->manifest->pages[i].resource != RESOURCE_ORDERS || at == 0)
			continue;
		if (first != 0 && at != first)
			return true;
		first = at;
	}
	return false;
}

/* The order was seen there; 0: it is only to be looked at. */
static void
add(struct finding_two *g, struct str id, uint32_t location)
{
	uint32_t number = intern_add(&g->ids, id);
	uint32_t *place;

	g->places = mem_reach(g->places, number, &g->cap, sizeof(*g->places));
	place = &g->places[number];
	if (*place == 0)
		*place = location;
	else if (location != 0 && *place != location)
		*place = TEXT_INDEX_TWO;
}

static void
add_copy(struct finding_two *g, const struct seen *s)
{
	add(g, seen_id(s), g->from->source->locations[s->page]);
}

/* Of a known order: where its known text was seen; its id is a key that is not in a page. */
static int
add_known_text(struct finding_two *g, struct str id)
{
	const struct text_index *k = g->from->known;
	struct known_record known;
	uint32_t ordinal;
	int rc;

	if (!k->is_on)
		return 0;
	rc = state_record(g->from->txn, ENTITY_ORDER, id, &known, g->e);
	if (rc <= 0)
		return rc;
	text_index_find(k, &known.hash, 1, &ordinal);
	if (ordinal != TEXT_INDEX_NONE)
		add(g, id, text_index_place_of(k, ordinal));
	return 0;
}

static int
compare_id(const void *id, const void *seen)
{
	return str_cmp(*(const struct str *)id, seen_id(*(const struct seen *const *)seen));
}

/* The other copies of what was added so far: the last one, and the known text. */
static int
add_others(struct finding_two *g)
{
	const struct merged *merged = g->from->orders;

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
static void
add_changed(struct finding_two *g)
{
	const struct merged *merged = g->from->orders;
	const struct text_index *k = g->from->known;

	for (size_t i = 0; k->is_on && i < merged->n; i++) {
		const struct seen *s = merged->seen[i];
		uint32_t there;

		if (s->form != SEEN_TEXT)
			continue;
		there = text_index_place_of(k, seen_known(s).ordinal);
		/* of most there is the one copy */
		if (there == 0 && intern_find(&g->ids, seen_id(s)) == 0)
			continue;
		add_copy(g, s);
		add(g, seen_id(s), there);
	}
}

/* Known texts that were seen at two locations; one walk over the orders, if there are any. */
static int
add_unchanged(struct finding_two *g)
{
	const struct text_index *k = g->from->known;
	size_t first = 0, ordinal = 0;
	struct kv_cursor *c;
	struct str id, row;
	int rc;

	while (k->is_on && first < k->n && text_index_place_of(k, first) != TEXT_INDEX_TWO)
		first++;
	if (!k->is_on || first == k->n)
		return 0;
	c = kv_all(g->from->txn, TABLE_ORDERS, g->e);
	for (; (rc = kv_next(c, &id, &row, g->e)) > 0; ordinal++)
		if (ordinal >= first && text_index_place_of(k, ordinal) == TEXT_INDEX_TWO)
			add(g, id, TEXT_INDEX_TWO);
	kv_cursor_close(c);
	return rc;
}

static struct str *
list_found(struct arena *a, const struct finding_two *g, size_t *n)
{
	uint32_t all, *sorted = intern_sorted(&g->ids, &all);
	struct str *list = arena_array(a, all, sizeof(*list));

	*n = 0;
	for (uint32_t i = 0; i < all; i++)
		if (g->places[sorted[i]] == TEXT_INDEX_TWO)
			list[(*n)++] = str_copy(a, g->ids.texts[sorted[i]]);
	mem_free(sorted);
	return list;
}

/* What more than one copy may be of: what was superseded, and what is quarantined. */
static void
add_doubtful(struct finding_two *g)
{
	const struct two_locations *from = g->from;

	for (size_t i = 0; i < from->orders->superseded_n; i++)
		add_copy(g, from->orders->superseded[i]);
	for (size_t i = 0; i < from->quarantine->n; i++) {
		const struct quarantined *q = &from->quarantine->list[i];

		if (q->entity == ENTITY_ORDER && q->has_id)
			add(g, q->id, from->source->locations[q->page]);
	}
}

int
two_locations_find(
    struct arena *a, const struct two_locations *from, struct str **ids, size_t *n, struct err *e)
{
	struct finding_two g = { .from = from, .e = e };
	int rc;

	*ids = NULL;
	*n = 0;
	if (!two_locations_are_named(from->source))
		return 0;
	add_doubtful(&g);
	rc = add_others(&g);
	if (rc == 0) {
		add_changed(&g);
		rc = add_unchanged(&g);
	}
	if (rc == 0)
		*ids = list_found(a, &g, n);
	intern_release(&g.ids);
	mem_free(g.places);
	return rc;
}
