#include "state/word_list.h"

#include "base/arena.h"
#include "base/sort.h"

int
word_list_texts(struct arena *a, struct state *s, const uint32_t *words, size_t n,
    struct str **texts, struct err *e)
{
	*texts = arena_array(a, n, sizeof(**texts));
	for (size_t i = 0; i < n; i++) {
		if (words[i] == 0)
			return state_broken(e, "a list with no word in it");
		if (dictionary_text(&s->names, s->txn, words[i], &(*texts)[i], e) < 0)
			return -1;
	}
	return 0;
}

/* Each of them once, as they come. */
static int
pick(struct state *s, const uint32_t *from, size_t n, uint32_t *words, size_t *words_n,
    struct err *e)
{
	*words_n = 0;
	dictionary_round(&s->names);
	for (size_t i = 0; i < n; i++) {
		if (from[i] > s->totals.names)
			return state_broken(e, "a number without a name");
		if (from[i] != 0 && dictionary_first(&s->names, from[i]))
			words[(*words_n)++] = from[i];
	}
	return 0;
}

int
word_list_make(struct arena *a, struct state *s, const uint32_t *from, size_t n, struct str **texts,
    uint32_t **words, size_t *list_n, struct err *e)
{
	uint32_t *picked = arena_array(a, n, sizeof(*picked)), *order;
	struct str *unsorted;
	size_t k;

	if (pick(s, from, n, picked, &k, e) < 0 ||
	    word_list_texts(a, s, picked, k, &unsorted, e) < 0)
		return -1;
	order = arena_array(a, k, sizeof(*order));
	sort_texts(unsorted, k, order);
	*texts = arena_array(a, k, sizeof(**texts));
	*words = arena_array(a, k, sizeof(**words));
	*list_n = k;
	for (size_t i = 0; i < k; i++) {
		(*texts)[i] = unsorted[order[i]];
		(*words)[i] = picked[order[i]];
	}
	return 0;
}
