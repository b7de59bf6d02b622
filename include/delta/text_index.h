/* text_index.h -- every text that is known of one entity, found by its hash alone.
 *
 * The id is part of the text: a record whose text is the one read last is known
 * and unchanged, and nothing in it need be looked at to say so.  A snapshot
 * that holds a good part of all records is compared with this table, made by
 * one walk over the state, instead of with the state id by id
 * (docs/decisions/0012-a-page-that-is-known.md). Made and settled by one
 * thread; between that found and marked by any number.
 */
#ifndef DELTA_TEXT_INDEX_H
#define DELTA_TEXT_INDEX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "delta/seen.h"
#include "lib/sha256.h"

struct kv_txn;

/* Where a known text was seen last in the snapshot, or what else is said of its
 * record. */
enum text_index_mark {
	TEXT_INDEX_UNSEEN,  /* no sound copy of the id */
	TEXT_INDEX_CHANGED, /* another text of the id speaks for it */
	TEXT_INDEX_SEEN     /* this and above: seen, see text_index_mark_page */
};

/* A record's ordinal is its place in the order of ids: the order of its table.
 */
struct text_index {
	struct hash *hashes;     /* by ordinal */
	uint32_t *locations;     /* the same, of orders; else NULL */
	_Atomic uint64_t *marks; /* the same: enum text_index_mark */
	size_t n;
	uint64_t *slots; /* open addressing: bits of the hash, ordinal + 1 */
	uint64_t mask;
	bool is_on;         /* it is what the snapshot is compared with */
	uint64_t unseen;    /* how many are TEXT_INDEX_UNSEEN, once settled */
	uint64_t unchanged; /* how many are TEXT_INDEX_SEEN where they were before */
};

#define TEXT_INDEX_NONE UINT32_MAX

/*
 * text_index_build(k, t, entity, e):
 * Returns: 1 built, ${k}->is_on; 0 it cannot serve: nothing is known, or two
 * records have texts of one hash; -1.
 */
int text_index_build(
    struct text_index *k, struct kv_txn *t, enum entity entity, struct err *e) ERR_MUST;

/* text_index_find(k, hashes, n, ordinals): the record of each text, or TEXT_INDEX_NONE.
 * Faster for many at once. */
void text_index_find(
    const struct text_index *k, const struct hash *hashes, size_t n, uint32_t *ordinals);

/* text_index_see(k, ordinal, page, index): its text was seen there; of all calls the
 * last place in manifest order stays. */
void text_index_see(struct text_index *k, uint32_t ordinal, uint32_t page, uint32_t index);

/* text_index_supersede(k, ordinal, page, index): another text of the record lies there.
 * Returns: true if it speaks for the record, which is then TEXT_INDEX_CHANGED; false
 * if the known text was seen after it. */
bool text_index_supersede(struct text_index *k, uint32_t ordinal, uint32_t page, uint32_t index);

/* text_index_mark_page(mark): the page in which it was seen last. */
static inline uint32_t
text_index_mark_page(uint64_t mark)
{
	return (uint32_t)((mark - TEXT_INDEX_SEEN) >> 32);
}

/* text_index_mark(k, ordinal): what is said of it so far. */
static inline uint64_t
text_index_mark(const struct text_index *k, size_t ordinal)
{
	return atomic_load_explicit(&k->marks[ordinal], memory_order_relaxed);
}

void text_index_release(struct text_index *k);

#endif /* DELTA_TEXT_INDEX_H */
