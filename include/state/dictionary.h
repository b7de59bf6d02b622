/* dictionary.h -- words that repeat in orders (products, budtenders, states), each with a number.
 *
 * Numbers are given out snapshot after snapshot, the new words of the orders of one in the order of
 * their bytes: a rebuild gives the same ones, whatever thread read a word first. 0 is no word.
 */
#ifndef STATE_DICTIONARY_H
#define STATE_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/intern.h"

struct kv_txn;

/* What was looked up in this transaction; zero-initialisable. */
struct dictionary {
	struct intern seen;
	uint32_t *number_of; /* by place in seen */
	uint32_t *place_of;  /* by number; 0: not looked up yet */
	uint32_t *seen_in;   /* by number: the round it came in last */
	size_t numbers_cap, places_cap, rounds_cap;
	uint32_t round;
};

/* dictionary_put(n, txn, text, last, number, e): the number, given out if new (then *last grows).
 */
int dictionary_put(struct dictionary *n, struct kv_txn *txn, struct str text, uint64_t *last,
    uint32_t *number, struct err *e) ERR_MUST;

/* dictionary_find: the number, or 0 if the text has none. */
int dictionary_find(struct dictionary *n, struct kv_txn *txn, struct str text, uint32_t *number,
    struct err *e) ERR_MUST;

/* dictionary_text: the text of a number; valid until dictionary_release. 0 is "". */
int dictionary_text(struct dictionary *n, struct kv_txn *txn, uint32_t number, struct str *text,
    struct err *e) ERR_MUST;

/* dictionary_round(n): begin a list in which each number counts once; dictionary_first: whether it
 * comes in it for the first time. */
void dictionary_round(struct dictionary *n);
bool dictionary_first(struct dictionary *n, uint32_t number);

void dictionary_release(struct dictionary *n);

#endif /* STATE_DICTIONARY_H */
