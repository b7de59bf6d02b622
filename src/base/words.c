#include "base/words.h"

#define WORDS_START 64U /* a power of two */

/* FNV-1a: words are short and few beside the bytes they come from. */
static uint32_t
mix(struct str text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < text.n; i++)
		h = (h ^ (unsigned char)text.p[i]) * UINT64_C(0x100000001b3);
	return (uint32_t)(h ^ h >> 32);
}

/* The slot that holds the text, or the empty one where it belongs. */
static uint32_t
slot_of(const struct words *w, struct str text)
{
	uint32_t mask = w->slots_cap - 1;
	uint32_t i = mix(text) & mask;

	while (w->slots[i] != 0 && !str_eq(w->texts[w->slots[i]], text))
		i = (i + 1) & mask;
	return i;
}

static void
grow(struct words *w)
{
	w->cap = w->cap == 0 ? WORDS_START : 2 * w->cap;
	w->texts = mem_resize(w->texts, w->cap, sizeof(*w->texts));
	if (w->n == 0)
		w->texts[w->n++] = STR("");
	mem_free(w->slots);
	w->slots_cap = 2 * w->cap;
	w->slots = mem_zero(w->slots_cap, sizeof(*w->slots));
	for (uint32_t i = 1; i < w->n; i++)
		w->slots[slot_of(w, w->texts[i])] = i;
}

uint32_t
words_add(struct words *w, struct str text)
{
	uint32_t slot;

	if (text.n == 0)
		return 0;
	if (w->n == w->cap)
		grow(w);
	slot = slot_of(w, text);
	if (w->slots[slot] == 0) {
		w->texts[w->n] = str_copy(&w->arena, text);
		w->slots[slot] = w->n++;
	}
	return w->slots[slot];
}

uint32_t
words_find(const struct words *w, struct str text)
{
	return text.n == 0 || w->slots_cap == 0 ? 0
	                                        : w->slots[slot_of(w, text)];
}

void
words_reset(struct words *w)
{
	arena_reset(&w->arena);
	w->n = w->n > 0;
	if (w->slots_cap > 0)
		memset(w->slots, 0, w->slots_cap * sizeof(*w->slots));
}

void
words_release(struct words *w)
{
	arena_release(&w->arena);
	mem_free(w->texts);
	mem_free(w->slots);
	*w = (struct words){ 0 };
}
