/* text_index.h -- every known text of one entity, found by its hash alone.
 *
 * The id is part of the text: a record whose text is the one read last is known and unchanged, and
 * nothing in it need be read to tell.  A snapshot that holds a good part of all records is compared
 * with this index, made by one walk over the state, instead of with the state id by id
 * (docs/decisions/0012-a-page-that-is-known.md).
 *
 * A record's ordinal is its place in the order of ids: that of its table.
 *
 * Threads: one or two build it; between that and the end of reading any number may find and mark.
 */
#ifndef DELTA_TEXT_INDEX_H
#define DELTA_TEXT_INDEX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "record/record.h"
#include "lib/hash.h"

struct kv_txn;

/* Where in the snapshot a known text was seen last, or what else holds of its record. */
enum text_index_mark {
	TEXT_INDEX_UNSEEN,  /* no sound copy of the id */
	TEXT_INDEX_CHANGED, /* another text of the id counts */
	TEXT_INDEX_SEEN     /* this and above: seen, see text_index_mark_page */
};

/* All there is of a text lies in one line of the processor's memory: texts come in any order. */
struct text_index_text {
	struct hash hash;
	_Atomic uint64_t mark;  /* enum text_index_mark */
	_Atomic uint32_t place; /* location of the pages it was seen in, 0, or TEXT_INDEX_TWO */
	uint32_t location;      /* under which it is known; of an order, else 0 */
};

struct text_index {
	enum entity entity;
	struct text_index_text *texts; /* by ordinal */
	size_t n;
	_Atomic uint64_t *slots; /* open addressing: bits of the hash, ordinal + 1 */
	uint64_t mask;
	bool is_on; /* the snapshot is read by text */
	/* once all is read */
	uint64_t unseen;    /* how many are TEXT_INDEX_UNSEEN */
	uint64_t unchanged; /* how many were seen, under the location they had */
};

#define TEXT_INDEX_NONE UINT32_MAX

/*
 * text_index_build(k, t, other, entity, e):
 * ${other}: another reading transaction of the same commit, in which a second thread reads from the
 * other end of the table; NULL: one thread does it.
 * Returns: 1 built, ${k}->is_on; 0 it cannot serve: nothing is known, or two records have texts of
 * one hash; -1.
 */
int text_index_build(struct text_index *k, struct kv_txn *t, struct kv_txn *other,
    enum entity entity, struct err *e) ERR_MUST;

/* text_index_find(k, hashes, n, ordinals): the record of each text, or TEXT_INDEX_NONE.  Faster for
 * many at once. */
void text_index_find(
    const struct text_index *k, const struct hash *hashes, size_t n, uint32_t *ordinals);

/* text_index_see(k, ordinal, page, index): its text was seen there; of all calls the last place in
 * manifest order stays. */
void text_index_see(struct text_index *k, uint32_t ordinal, uint32_t page, uint32_t index);

/* text_index_place(k, ordinal, location): it was seen in a page of that location; 0 is none, and
 * says nothing. */
#define TEXT_INDEX_TWO UINT32_MAX
void text_index_place(struct text_index *k, uint32_t ordinal, uint32_t location);

/* text_index_supersede(k, ordinal, page, index): another text of the record lies there.
 * Returns: true if it counts, and the record is TEXT_INDEX_CHANGED; false if the known text was
 * seen after it. */
bool text_index_supersede(struct text_index *k, uint32_t ordinal, uint32_t page, uint32_t index);

static inline uint64_t
text_index_mark(const struct text_index *k, size_t ordinal)
{
	return atomic_load_explicit(&k->texts[ordinal].mark, memory_order_relaxed);
}

static inline uint32_t
text_index_place_of(const struct text_index *k, size_t ordinal)
{
	return atomic_load_explicit(&k->texts[ordinal].place, memory_order_relaxed);
}

/* text_index_mark_page(mark): the page in which it was seen last. */
static inline uint32_t
text_index_mark_page(uint64_t mark)
{
	return (uint32_t)((mark - TEXT_INDEX_SEEN) >> 32);
}

void text_index_release(struct text_index *k);

#endif /* DELTA_TEXT_INDEX_H */
