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

/* What a slot holds that may be the hash's, or 0: it is in none. */
static uint64_t
slot_of(const struct text_index *k, struct hash h)
{
	uint64_t i = h.lo & k->mask, slot;

	while ((slot = atomic_load_explicit(&k->slots[i], memory_order_relaxed)) != 0 &&
	       (tag_of(h) != slot >> 32 << 32 || !hash_eq(k->texts[ordinal_in(slot)].hash, h)))
		i = (i + 1) & k->mask;
	return slot;
}

/* Large, and visited in any order: mem_alloc takes large pages for that. */
static void
make_room(struct text_index *k, size_t n)
{
	size_t slots = 64;

	while (slots < 2 * n)
		slots *= 2;
	k->texts = mem_alloc_lent(n * sizeof(*k->texts));
	k->slots = mem_alloc_lent(slots * sizeof(*k->slots));
	memset((void *)(uintptr_t)k->slots, 0, slots * sizeof(*k->slots));
	k->mask = slots - 1;
	k->n = n;
}

static int
add_row(struct text_index *k, size_t ordinal, struct str row, struct err *e)
{
	struct known_record known;

	if (state_record_row(k->entity, row, &known, e) < 0)
		return -1;
	k->texts[ordinal] =
	    (struct text_index_text){ .hash = known.hash, .location = known.location };
	return 0;
}

/* Puts the text into a slot, beside other threads that put theirs; false if one of that hash is in
 * another: only the id could tell them apart. */
static bool
put_slot(struct text_index *k, size_t ordinal)
{
	struct hash h = k->texts[ordinal].hash;
	uint64_t i = h.lo & k->mask, slot = 0;

	while (!atomic_compare_exchange_strong(
	    &k->slots[i], &slot, tag_of(h) | (uint32_t)(ordinal + 1))) {
		if (tag_of(h) == slot >> 32 << 32 && hash_eq(k->texts[ordinal_in(slot)].hash, h))
			return false;
		i = (i + 1) & k->mask;
		slot = 0;
	}
	return true;
}

/* The rows of a table, from both of its ends. */
struct rows {
	struct text_index *k;
	struct kv_txn *ends[2]; /* who reads from there */
	atomic_size_t claimed;
	atomic_bool are_alike; /* two texts have one hash */
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

/* So many rows, beginning with the one at ${at}. */
static int
add_rows(struct rows *w, struct kv_cursor *c, bool is_back, size_t at, size_t n, struct err *e)
{
	struct str row;

	for (size_t i = 0; i < n; i++) {
		int rc = is_back ? kv_back(c, &row, e) : kv_next(c, NULL, &row, e);

		if (rc <= 0)
			return rc < 0 ? -1 : state_broken(e, "how many rows there are");
		if (add_row(w->k, is_back ? at - i : at + i, row, e) < 0)
			return -1;
	}
	return 0;
}

static void
put_slots(struct rows *w, size_t from, size_t to)
{
	struct text_index *k = w->k;

	for (size_t i = from; i < to; i++) {
		if (i + AHEAD < to)
			__builtin_prefetch(&k->slots[k->texts[i + AHEAD].hash.lo & k->mask], 1);
		if (!put_slot(k, i))
			atomic_store(&w->are_alike, true);
	}
}

static int
add_claimed(struct rows *w, struct kv_cursor *c, bool is_back, struct err *e)
{
	size_t done = 0, n;

	for (; (n = claim(w)) > 0; done += n) {
		size_t first = is_back ? w->k->n - done - n : done;

		if (add_rows(w, c, is_back, is_back ? first + n - 1 : first, n, e) < 0)
			return -1;
		put_slots(w, first, first + n);
	}
	return 0;
}

static int
add_from_end(void *context, size_t worker, size_t end, struct err *e)
{
	struct rows *w = context;
	struct kv_cursor *c = kv_all(w->ends[end], state_record_table(w->k->entity), e);
	int rc = c == NULL ? -1 : add_claimed(w, c, end != 0, e);

	(void)worker;
	kv_cursor_close(c);
	return rc;
}

int
text_index_build(
    struct text_index *k, struct kv_txn *t, struct kv_txn *other, enum entity entity, struct err *e)
{
	struct rows rows = { .k = k, .ends = { t, other } };
	size_t ends = other == NULL ? 1 : 2;
	uint64_t n;

	*k = (struct text_index){ .entity = entity };
	if (kv_count(t, state_record_table(entity), &n, e) < 0)
		return -1;
	if (n == 0 || n >= TEXT_INDEX_NONE)
		return 0;
	make_room(k, n);
	if (pool_run(ends, ends, add_from_end, &rows, e) < 0)
		return -1;
	k->is_on = !rows.are_alike;
	return k->is_on;
}

/* A second look ahead, once the slot is there: at what it leads to. */
static void
fetch_record(const struct text_index *k, struct hash h)
{
	uint64_t slot = atomic_load_explicit(&k->slots[h.lo & k->mask], memory_order_relaxed);

	if (slot != 0)
		__builtin_prefetch(&k->texts[ordinal_in(slot)], 1);
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
		slot = slot_of(k, hashes[i]);
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
	_Atomic uint64_t *there = &k->texts[ordinal].mark;
	uint64_t mark = mark_at(page, index), before = text_index_mark(k, ordinal);

	while (before < mark && !atomic_compare_exchange_weak_explicit(there, &before, mark,
	                            memory_order_relaxed, memory_order_relaxed))
		continue;
}

void
text_index_place(struct text_index *k, uint32_t ordinal, uint32_t location)
{
	_Atomic uint32_t *place = &k->texts[ordinal].place;
	uint32_t before = 0;

	if (location == 0 || atomic_compare_exchange_strong_explicit(place, &before, location,
	                         memory_order_relaxed, memory_order_relaxed))
		return;
	if (before != location)
		atomic_store_explicit(place, TEXT_INDEX_TWO, memory_order_relaxed);
}

bool
text_index_supersede(struct text_index *k, uint32_t ordinal, uint32_t page, uint32_t index)
{
	if (text_index_mark(k, ordinal) > mark_at(page, index))
		return false;
	atomic_store_explicit(&k->texts[ordinal].mark, TEXT_INDEX_CHANGED, memory_order_relaxed);
	return true;
}

void
text_index_release(struct text_index *k)
{
	mem_free(k->texts);
	mem_free((void *)(uintptr_t)k->slots);
	*k = (struct text_index){ 0 };
}
