#include "base/intern.h"

#include "base/sort.h"
#include "base/swar.h"

#define FIRST_SIZE 64U /* a power of two */
#define AHEAD 8

static uint64_t
stir(uint64_t h, uint64_t part)
{
	h = (h ^ part) * UINT64_C(0xff51afd7ed558ccd);
	return h ^ h >> 32;
}

/* Up to eight bytes as a number, another one for every text of that length. */
static uint64_t
load_short(struct str text)
{
	uint32_t low = 0, high = 0;

	if (text.n >= 4) {
		memcpy(&low, text.p, 4);
		memcpy(&high, text.p + text.n - 4, 4);
		return (uint64_t)high << 32 | low;
	}
	for (size_t i = 0; i < text.n; i++)
		low = low << 8 | (unsigned char)text.p[i];
	return low;
}

/* Eight bytes at a time; the last step takes the last eight, which may overlap those before. */
static uint32_t
hash_text(struct str text)
{
	uint64_t h = text.n * UINT64_C(0x9e3779b97f4a7c15);

	if (text.n <= 8)
		return (uint32_t)stir(h, load_short(text));
	for (size_t i = 0; i < text.n - 8; i += 8)
		h = stir(h, swar_load(text.p + i));
	return (uint32_t)stir(h, swar_load(text.p + text.n - 8));
}

/* The slot that holds the text, or the empty one where it belongs.  Texts are compared only where
 * the hash in a slot is the same. */
static uint32_t
slot_of(const struct intern *w, struct str text, uint32_t hash)
{
	uint32_t mask = w->slots_cap - 1;
	uint32_t i = hash & mask;

	while (w->slots[i] != 0 &&
	       (w->slots[i] >> 32 != hash || !str_eq(w->texts[(uint32_t)w->slots[i]], text)))
		i = (i + 1) & mask;
	return i;
}

static uint64_t
slot_with(uint32_t hash, uint32_t number)
{
	return (uint64_t)hash << 32 | number;
}

static void
grow(struct intern *w)
{
	w->cap = w->cap == 0 ? FIRST_SIZE : 2 * w->cap;
	w->texts = mem_resize(w->texts, w->cap, sizeof(*w->texts));
	if (w->n == 0)
		w->texts[w->n++] = STR("");
	mem_free(w->slots);
	w->slots_cap = 2 * w->cap;
	w->slots = mem_zero(w->slots_cap, sizeof(*w->slots));
	for (uint32_t i = 1; i < w->n; i++) {
		uint32_t hash = hash_text(w->texts[i]);

		w->slots[slot_of(w, w->texts[i], hash)] = slot_with(hash, i);
	}
}

static uint32_t
add(struct intern *w, struct str text, uint32_t hash)
{
	uint32_t slot;

	if (text.n == 0)
		return 0;
	if (w->n == w->cap)
		grow(w);
	slot = slot_of(w, text, hash);
	if (w->slots[slot] == 0) {
		w->texts[w->n] = str_copy(&w->arena, text);
		w->slots[slot] = slot_with(hash, w->n++);
	}
	return (uint32_t)w->slots[slot];
}

uint32_t
intern_add(struct intern *w, struct str text)
{
	return add(w, text, hash_text(text));
}

/* The slot leads to the text's place, and that to its bytes: each is asked for in time for the
 * next. */
static void
fetch(const struct intern *w, const uint32_t *hashes, size_t n, size_t i)
{
	uint32_t mask = w->slots_cap - 1;

	if (i + 3 * AHEAD < n)
		__builtin_prefetch(&w->slots[hashes[i + 3 * AHEAD] & mask]);
	if (i + 2 * AHEAD < n)
		__builtin_prefetch(&w->texts[(uint32_t)w->slots[hashes[i + 2 * AHEAD] & mask]]);
	if (i + AHEAD < n)
		__builtin_prefetch(w->texts[(uint32_t)w->slots[hashes[i + AHEAD] & mask]].p);
}

void
intern_add_all(struct intern *w, const struct str *list, size_t n, uint32_t *numbers)
{
	if (w->cap == 0)
		grow(w);
	for (size_t i = 0; i < n; i++)
		numbers[i] = hash_text(list[i]);
	for (size_t i = 0; i < n; i++) {
		fetch(w, numbers, n, i);
		numbers[i] = add(w, list[i], numbers[i]);
	}
}

uint32_t
intern_find(const struct intern *w, struct str text)
{
	return text.n == 0 || w->slots_cap == 0
	           ? 0
	           : (uint32_t)w->slots[slot_of(w, text, hash_text(text))];
}

uint32_t *
intern_sorted(const struct intern *w, uint32_t *n)
{
	uint32_t *sorted;

	*n = w->n > 0 ? w->n - 1 : 0;
	sorted = mem_alloc(*n * sizeof(*sorted));
	if (*n > 0)
		sort_texts(w->texts + 1, *n, sorted);
	for (uint32_t i = 0; i < *n; i++)
		sorted[i]++; /* the list began after "" */
	return sorted;
}

void
intern_reset(struct intern *w)
{
	arena_reset(&w->arena);
	w->n = w->n > 0;
	if (w->slots_cap > 0)
		memset(w->slots, 0, w->slots_cap * sizeof(*w->slots));
}

void
intern_release(struct intern *w)
{
	arena_release(&w->arena);
	mem_free(w->texts);
	mem_free(w->slots);
	*w = (struct intern){ 0 };
}
