#include "delta/text_index.h"

#include <string.h>

#include "base/arena.h"
#include "base/pool.h"
#include "state/rows.h"
#include "state/state.h"
#include "lib/kv.h"

/* Slots and what they lead to lie all over memory, so they are fetched ahead. */
#define AHEAD 12
#define CLAIM 1024 /* rows that one thread reads before it asks for more */

/* A slot holds these bits of the hash beside the ordinal, so that another text is seldom looked at.
 */
static uint64_t
tag_of(struct hash h)
{
	return h.hi >> 32 << 32;
}

static uint32_t
ordinal_in(uint64_t slot)
{
	return (uint32_t)slot - 1;
}

/* The slot that holds the hash, or the empty one where it belongs. */
static uint64_t
slot_of(const struct text_index *k, struct hash h)
{
	uint64_t i = h.lo & k->mask;

	while (k->slots[i] != 0 && (tag_of(h) != k->slots[i] >> 32 << 32 ||
	                               !hash_eq(k->hashes[ordinal_in(k->slots[i])], h)))
		i = (i + 1) & k->mask;
	return i;
}

/* Large, and visited in any order: mem_alloc takes large pages for that. */
static void *
zeroed(size_t count, size_t size)
{
	void *p = mem_alloc(count * size);

	return memset(p, 0, count * size);
}

static void
make_room(struct text_index *k, size_t n, enum entity entity)
{
	size_t slots = 64;

	while (slots < 2 * n)
		slots *= 2;
	k->hashes = mem_alloc(n * sizeof(*k->hashes));
	k->marks = zeroed(n, sizeof(*k->marks));
	k->slots = zeroed(slots, sizeof(*k->slots));
	k->mask = slots - 1;
	if (entity == ENTITY_ORDER)
		k->locations = mem_alloc(n * sizeof(*k->locations));
}

static int
add_row(struct text_index *k, enum entity entity, size_t ordinal, struct str row, struct err *e)
{
	struct known_record known;

	if (state_record_row(entity, row, &known, e) < 0)
		return -1;
	if (k->locations != NULL)
		k->locations[ordinal] = known.location;
	k->hashes[ordinal] = known.hash;
	return 0;
}

/* The rows of a table, from both of its ends. */
struct rows {
	struct text_index *k;
	enum entity entity;
	struct kv_txn *ends[2]; /* who reads from there */
	atomic_size_t claimed;
};

static size_t
claim(struct rows *w)
{
	size_t n = atomic_load(&w->claimed), more;

	do
		more = w->k->n - n < CLAIM ? w->k->n - n : CLAIM;
	while (!atomic_compare_exchange_weak(&w->claimed, &n, n + more));
	return more;
}

static int
add_claimed(struct rows *w, struct kv_cursor *c, bool is_back, size_t *at, struct err *e)
{
	struct str row;
	size_t n;

	while ((n = claim(w)) > 0)
		for (; n > 0; n--) {
			int rc = is_back ? kv_back(c, &row, e) : kv_next(c, NULL, &row, e);

			if (rc <= 0)
				return rc < 0 ? -1 : state_broken(e, "how many rows there are");
			if (add_row(w->k, w->entity, is_back ? --*at : (*at)++, row, e) < 0)
				return -1;
		}
	return 0;
}

static int
add_from_end(void *context, size_t worker, size_t end, struct err *e)
{
	struct rows *w = context;
	struct kv_cursor *c = kv_all(w->ends[end], state_record_table(w->entity), e);
	size_t at = end == 0 ? 0 : w->k->n;
	int rc = c == NULL ? -1 : add_claimed(w, c, end != 0, &at, e);

	(void)worker;
	kv_cursor_close(c);
	return rc;
}

/* Returns false if two have one hash: only the id could tell them apart. */
static bool
fill_slots(struct text_index *k)
{
	for (size_t i = 0; i < k->n; i++) {
		uint64_t slot;

		if (i + AHEAD < k->n)
			__builtin_prefetch(&k->slots[k->hashes[i + AHEAD].lo & k->mask], 1);
		slot = slot_of(k, k->hashes[i]);
		if (k->slots[slot] != 0)
			return false;
		k->slots[slot] = tag_of(k->hashes[i]) | (uint32_t)(i + 1);
	}
	return true;
}

int
text_index_build(
    struct text_index *k, struct kv_txn *t, struct kv_txn *other, enum entity entity, struct err *e)
{
	struct rows rows = { .k = k, .entity = entity, .ends = { t, other } };
	size_t ends = other == NULL ? 1 : 2;
	uint64_t n;

	*k = (struct text_index){ 0 };
	if (kv_count(t, state_record_table(entity), &n, e) < 0)
		return -1;
	if (n == 0 || n >= TEXT_INDEX_NONE)
		return 0;
	make_room(k, n, entity);
	k->n = n;
	if (pool_run(ends, ends, add_from_end, &rows, e) < 0)
		return -1;
	k->is_on = fill_slots(k);
	return k->is_on;
}

/* A second look ahead, once the slot is there: at what it leads to. */
static void
fetch_record(const struct text_index *k, struct hash h)
{
	uint64_t slot = k->slots[h.lo & k->mask];

	if (slot == 0)
		return;
	__builtin_prefetch(&k->hashes[ordinal_in(slot)]);
	__builtin_prefetch(&k->marks[ordinal_in(slot)], 1);
}

void
text_index_find(const struct text_index *k, const struct hash *hashes, size_t n, uint32_t *ordinals)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t slot;

		if (i + 2 * AHEAD < n)
			__builtin_prefetch(&k->slots[hashes[i + 2 * AHEAD].lo & k->mask]);
		if (i + AHEAD < n)
			fetch_record(k, hashes[i + AHEAD]);
		slot = k->slots[slot_of(k, hashes[i])];
		ordinals[i] = slot == 0 ? TEXT_INDEX_NONE : ordinal_in(slot);
	}
}

static uint64_t
mark_at(uint32_t page, uint32_t index)
{
	return TEXT_INDEX_SEEN + ((uint64_t)page << 32 | index);
}

void
text_index_see(struct text_index *k, uint32_t ordinal, uint32_t page, uint32_t index)
{
	uint64_t mark = mark_at(page, index);
	uint64_t before = text_index_mark(k, ordinal);

	while (before < mark && !atomic_compare_exchange_weak_explicit(&k->marks[ordinal], &before,
	                            mark, memory_order_relaxed, memory_order_relaxed))
		continue;
}

void
text_index_watch(struct text_index *k)
{
	k->places = zeroed(k->n, sizeof(*k->places));
}

void
text_index_place(struct text_index *k, uint32_t ordinal, uint32_t location)
{
	uint32_t before = 0;

	if (k->places == NULL || location == 0 ||
	    atomic_compare_exchange_strong_explicit(
	        &k->places[ordinal], &before, location, memory_order_relaxed, memory_order_relaxed))
		return;
	if (before != location)
		atomic_store_explicit(&k->places[ordinal], TEXT_INDEX_TWO, memory_order_relaxed);
}

bool
text_index_supersede(struct text_index *k, uint32_t ordinal, uint32_t page, uint32_t index)
{
	if (text_index_mark(k, ordinal) > mark_at(page, index))
		return false;
	atomic_store_explicit(&k->marks[ordinal], TEXT_INDEX_CHANGED, memory_order_relaxed);
	return true;
}

void
text_index_release(struct text_index *k)
{
	mem_free(k->hashes);
	mem_free(k->locations);
	mem_free((void *)(uintptr_t)k->marks);
	mem_free((void *)(uintptr_t)k->places);
	mem_free(k->slots);
	*k = (struct text_index){ 0 };
}
