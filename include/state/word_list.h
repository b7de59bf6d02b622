/* word_list.h -- lists of words: numbers of names and their texts.
 *
 * A profile's lists are kept as numbers, a tenth of the text, and are texts to everybody else.
 */
#ifndef STATE_WORD_LIST_H
#define STATE_WORD_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "state/state.h"

struct arena;

/* word_list_texts(a, s, words, n, texts, e): the texts of words, none of them 0; the list in ${a},
 * the texts in ${s}'s names. */
int word_list_texts(struct arena *a, struct state *s, const uint32_t *words, size_t n,
    struct str **texts, struct err *e) ERR_MUST;

/* word_list_make(a, s, from, n, texts, words, list_n, e):
 * The distinct ones of ${from}, in which 0 is none, sorted by the bytes of their texts. */
int word_list_make(struct arena *a, struct state *s, const uint32_t *from, size_t n,
    struct str **texts, uint32_t **words, size_t *list_n, struct err *e) ERR_MUST;

#endif /* STATE_WORD_LIST_H */
