/* seen.h -- one copy of a record as it was seen in a page, with the fields that are needed of it.
 *
 * There may be millions, so a copy is 14 bytes and what is packed after them, and fields are kept
 * only where the text is new.  Copies lie one after the other, each at a multiple of SEEN_ALIGN:
 * seen_add appends one, seen_following finds the next.
 *
 * Fields name texts that repeat by number.  Each worker gives out numbers of its own, so that no
 * worker waits for another; seen_renumber maps them to those of the state.
 */
#ifndef DELTA_SEEN_H
#define DELTA_SEEN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/intern.h"
#include "record/record.h"
#include "state/rows.h"
#include "state/state.h"
#include "lib/hash.h"

/* What a sound record is compared with the state before this snapshot. */
enum seen_form {
	SEEN_SAME,  /* the text is known */
	SEEN_MOVED, /* the text is known, but was read under another location */
	SEEN_NEW,   /* the id is not known */
	SEEN_TEXT,  /* the id is known with another text */
	SEEN_FORMS
};

#define SEEN_ALIGN 4
struct seen {
	uint32_t page;
	uint32_t index : 24; /* a page lists at most 2^20 records */
	uint32_t id_len : 8;
	uint32_t fields_n : 30; /* bytes of fields; 0 unless SEEN_NEW or SEEN_TEXT */
	uint32_t form : 2;      /* enum seen_form */
	uint16_t worker;        /* whose dictionary the numbers in the fields belong to */
	unsigned char kept[];   /* fields, id; of SEEN_TEXT also what is known, 4 bytes of length
	                         * and the text */
};

/* What the state knows of a record whose text is another now. */
struct seen_known {
	struct hash hash;
	struct place place;
	uint32_t ordinal; /* as in text_index.h, or TEXT_INDEX_NONE: read by id */
};

/* The texts one worker has read, by number. */
struct seen_dictionary {
	struct intern words;     /* of orders: products, budtenders, ... */
	struct intern customers; /* ids */
	struct intern unknown;   /* unknown fields, by path */
};
void seen_dictionary_release(struct seen_dictionary *d);

/* -- Writing -- */

/* The fields of a record read just now, packed for seen_add.  Zero-initialisable. */
struct seen_packer {
	struct buf fields, list;
	struct buf ids, lengths;   /* of the customers of orders that have no number yet: size_t */
	struct buf texts, numbers; /* scratch */
};
void seen_pack_customer(struct seen_packer *p, struct hash hash,
    const struct schema_unknown *unknown, const struct customer *c);
/* seen_pack_order: its customer gets a number with seen_number_customers. */
void seen_pack_order(struct seen_packer *p, struct hash hash, const struct schema_unknown *unknown,
    const struct order *o, struct seen_dictionary *d);
void seen_packer_release(struct seen_packer *p);

/* seen_add(b, head, id, fields, text, known): append a copy like ${head} that keeps them; the last
 * two only of SEEN_TEXT. */
void seen_add(struct buf *b, const struct seen *head, struct str id, struct str fields,
    struct str text, const struct seen_known *known);

/*
 * seen_number_customers(p, d, copies, n):
 * The customers of all orders that were packed since the last call; those of the ${n} copies from
 * ${copies} on that have fields are these orders.
 * Cost: many together cost less than one by one (base/intern.h).
 */
void seen_number_customers(
    struct seen_packer *p, struct seen_dictionary *d, struct seen *copies, size_t n);

/* -- Reading; what is returned is borrowed from the copy -- */

const struct seen *seen_following(const struct seen *s);

static inline struct str
seen_id(const struct seen *s)
{
	return (struct str){ (const char *)s->kept + s->fields_n, s->id_len };
}
struct str seen_text(const struct seen *s);         /* of SEEN_TEXT; else empty */
struct seen_known seen_known(const struct seen *s); /* of SEEN_TEXT */

/* seen_prefetch(s): it is looked at soon; by id, copies lie all over memory. */
static inline void
seen_prefetch(const struct seen *s)
{
	__builtin_prefetch(s);
	__builtin_prefetch((const char *)s + 64);
}

/* Only of SEEN_NEW and SEEN_TEXT: the others have no fields. */
struct seen_customer {
	struct hash hash;   /* of the text */
	struct str unknown; /* packed numbers, for seen_next_number */
	struct str drops;   /* packed, for drops_next */
	bool is_answer_unread;
	struct str fields; /* record_unpack_customer reads them */
};
struct seen_order {
	struct hash hash;
	struct str unknown, drops;
	uint32_t customer; /* a number; 0: a guest */
	int64_t created;   /* us */
	struct str sale;   /* packed, for seen_sale */
};
struct hash seen_hash(const struct seen *s);
struct seen_customer seen_customer(const struct seen *s);
struct seen_order seen_order(const struct seen *s);
struct sale seen_sale(const struct seen_order *o); /* its words are numbers of the worker's */

/* Two fields of an order alone: the tables are sorted by them. */
int64_t seen_created(const struct seen *s);          /* us */
uint32_t seen_customer_number(const struct seen *s); /* 0: a guest */

/* seen_next_number: take the next number off the front of a packed list: 1, or 0 at its end. */
int seen_next_number(struct str *list, uint32_t *number);

/* -- The numbers of the state --
 *
 * Whichever worker read a text first, it has one number in the state; new texts get theirs in the
 * order of their bytes, so that a rebuild gives the same.
 */

/* One worker's; all lists go by number in its dictionary, 0 being the empty text. */
struct seen_map {
	uint32_t *words;          /* number in the state */
	bool *is_completed;       /* of a status: an order that has it and is not voided counts */
	uint32_t *buyers;         /* of a customer: the number in the state */
	atomic_bool *is_affected; /* of a customer */
	atomic_bool *is_present;  /* of an unknown field */
};

struct seen_numbers {
	struct seen_map *workers;
	struct arena arena;
};

/* seen_renumber(m, s, d, n, settings, e): map the dictionaries of ${n} workers; numbers are given
 * out to what is new. */
int seen_renumber(struct seen_numbers *m, struct state *s, const struct seen_dictionary *d,
    size_t n, const struct record_settings *settings, struct err *e) ERR_MUST;
void seen_numbers_release(struct seen_numbers *m);

/* seen_mark(flag): by several threads; most of the time it is set already. */
static inline void
seen_mark(atomic_bool *flag)
{
	if (!atomic_load_explicit(flag, memory_order_relaxed))
		atomic_store_explicit(flag, true, memory_order_relaxed);
}

#endif /* DELTA_SEEN_H */
