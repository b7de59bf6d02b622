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
struct names {
	struct words seen;
	uint32_t *number_of; /* by place in seen */
	uint32_t *place_of;  /* by number; 0: not looked up yet */
	uint32_t *seen_in;   /* by number: the round it came in last */
	size_t numbers_cap, places_cap, rounds_cap;
	uint32_t round;
};

/* names_put(n, txn, text, last, number, e): the number, given out if new (then *last grows). */
int names_put(struct names *n, struct kv_txn *txn, struct str text, uint64_t *last,
    uint32_t *number, struct err *e) ERR_MUST;

/* names_find: the number, or 0 if the text has none. */
int names_find(
    struct names *n, struct kv_txn *txn, struct str text, uint32_t *number, struct err *e) ERR_MUST;

/* names_text: the text of a number; valid until names_release. 0 is "". */
int names_text(
    struct names *n, struct kv_txn *txn, uint32_t number, struct str *text, struct err *e) ERR_MUST;

/* names_round(n): begin a list in which each number counts once; names_first: whether it comes in
 * it for the first time. */
void names_round(struct names *n);
bool names_first(struct names *n, uint32_t number);

void names_release(struct names *n);

#endif /* STATE_DICTIONARY_H */
