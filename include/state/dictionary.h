/* dictionary.h -- texts that repeat, each with a number.
 *
 * The state has two dictionaries.  Its words are what repeats in orders: products, categories,
 * budtenders, statuses, types, locations, and the slugs of segments.  Its buyers are the ids of the
 * customers whom orders name.  A number takes a tenth of the room of its text.
 *
 * Numbers are given out snapshot after snapshot, the new texts of one in the order of their bytes,
 * so a rebuild gives the same ones whichever thread read a text first.  A number stays when nothing
 * uses it any more.  0 is the empty text: no word, or the buyer of a guest's order.  A buyer need
 * not be a known customer, nor have an order left.
 */
#ifndef STATE_DICTIONARY_H
#define STATE_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "state/tables.h"

struct arena;
struct kv_txn;

/* The first four members are given by the state, the rest is zero at first. */
struct dictionary {
	enum state_table by_text, by_number;
	bool is_cached;      /* what was looked up is remembered: for few texts that come often */
	bool is_in_order;    /* new texts come in the order of their bytes, after all there are */
	uint64_t last;       /* the greatest number given out */
	struct intern seen;  /* the texts that were looked up */
	uint32_t *number_of; /* by place in seen */
	uint32_t *place_of;  /* by number; 0: not looked up yet */
	uint32_t *listed_in; /* by number: the list it came in last */
	size_t numbers_cap, places_cap, lists_cap;
	uint32_t lists; /* made so far */
};

/* dictionary_find(d, t, text, number, e): its number, or 0 if it has none. */
int dictionary_find(struct dictionary *d, struct kv_txn *t, struct str text, uint32_t *number,
    struct err *e) ERR_MUST;

/* dictionary_put(d, t, text, number, e): its number, given out if it is new. */
int dictionary_put(struct dictionary *d, struct kv_txn *t, struct str text, uint32_t *number,
    struct err *e) ERR_MUST;

/* dictionary_rename(d, t, number, text, e): the number stands for another text, which has none yet;
 * it is not among those that were looked up. */
int dictionary_rename(struct dictionary *d, struct kv_txn *t, uint32_t number, struct str text,
    struct err *e) ERR_MUST;

/* dictionary_text(d, t, number, text, e): the text of a number that was given out.  It is valid
 * until dictionary_release if ${d} is cached, else until the next write. */
int dictionary_text(struct dictionary *d, struct kv_txn *t, uint32_t number, struct str *text,
    struct err *e) ERR_MUST;

/* dictionary_texts(a, d, t, numbers, n, texts, e): of a cached one: the texts of numbers, none of
 * them 0; the list in ${a}. */
int dictionary_texts(struct arena *a, struct dictionary *d, struct kv_txn *t,
    const uint32_t *numbers, size_t n, struct str **texts, struct err *e) ERR_MUST;

/* dictionary_distinct(a, d, t, from, n, out, e): the distinct numbers of ${from} but 0, sorted by
 * the bytes of their texts; in ${a}. */
struct dictionary_list {
	uint32_t *numbers;
	struct str *texts;
	size_t n;
};
int dictionary_distinct(struct arena *a, struct dictionary *d, struct kv_txn *t,
    const uint32_t *from, size_t n, struct dictionary_list *out, struct err *e) ERR_MUST;

void dictionary_release(struct dictionary *d); /* the cache */

#endif /* STATE_DICTIONARY_H */
