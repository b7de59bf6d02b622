/* seen.h -- one copy of a record in a page, and what was read in it.
 *
 * There may be millions, so a sighting is small and its facts are packed bytes, only there if the
 * text is new.
 */
#ifndef DELTA_SEEN_H
#define DELTA_SEEN_H

#include <stdint.h>

#include "base/str.h"
#include "base/intern.h"
#include "record/record.h"
#include "state/rows.h"
#include "lib/sha256.h"

/* What a sound record turned out to be, against the state before this snapshot. */
enum seen_form {
	SEEN_SAME,  /* the text is known */
	SEEN_MOVED, /* the text is known, but was read under another location */
	SEEN_NEW,   /* the id is not known */
	SEEN_TEXT,  /* the id is known with another text */
	SEEN_FORMS
};

/* One copy of a record, seen in a page and not quarantined: 14 bytes and what was kept of it, for
 * there may be millions.  One lies behind the other, each at a multiple of SEEN_ALIGN. */
#define SEEN_ALIGN 4
struct seen {
	uint32_t page;
	uint32_t index : 24; /* a page lists at most 2^20 records */
	uint32_t id_len : 8;
	uint32_t facts_n : 30; /* SEEN_NEW, SEEN_TEXT: see below */
	uint32_t sight : 2;
	uint16_t lexicon;     /* which one the numbers in its facts belong to */
	unsigned char kept[]; /* facts, id; SEEN_TEXT: 4 bytes of length, the record's text */
};

/* What facts name by number instead of text: a set of each kind for all that one thread has read.
 */
struct seen_dictionary {
	struct intern words;     /* of orders: products, budtenders, ... */
	struct intern customers; /* ids */
	struct intern unknown;   /* fields nobody knows, by path */
};
void seen_dictionary_release(struct seen_dictionary *l);

/* Facts are packed: the hash; then of a customer unknown fields and record_pack_customer's row, of
 * an order what it was created at, its customer and the rest: what tables are sorted by comes
 * first, where one look gets it. */

/* What the facts of a sighting say. Text is borrowed. */
struct seen_customer {
	struct hash hash;
	struct str unknown; /* packed numbers, see seen_next_number */
	struct str fields;
};
struct seen_order {
	struct hash hash;
	struct str unknown;
	uint32_t customer; /* its number in the lexicon; 0: a guest */
	struct sale sale;
};
/* What of them its own row needs. */
struct seen_head {
	struct hash hash;
	struct str unknown;
	uint32_t customer;
	int64_t created; /* us */
};
struct seen_customer seen_customer(const struct seen *s);
struct seen_order seen_order(const struct seen *s);
struct seen_head seen_head(const struct seen *s);
/* seen_next_number: the next number off the front of a packed list: 1, or 0 at its end. */
int seen_next_number(struct str *list, uint32_t *number);
static inline struct str
seen_fields(const struct seen *s)
{
	return (struct str){ (const char *)s->kept, s->facts_n };
}
static inline struct str
seen_id(const struct seen *s)
{
	return (struct str){ (const char *)s->kept + s->facts_n, s->id_len };
}
struct str seen_raw(const struct seen *s); /* SEEN_TEXT; else empty */
/* seen_hash(s): SEEN_NEW, SEEN_TEXT: of the record's text. */
struct hash seen_hash(const struct seen *s);
/* Two of an order's facts alone. */
int64_t seen_created(const struct seen *s); /* us */
uint32_t seen_buyer(const struct seen *s);  /* the customer's number in its lexicon; 0: a guest */

/* seen_following(s): the one that seen_add put behind it. */
const struct seen *seen_following(const struct seen *s);

/* seen_prefetch(s): it is looked at soon; sightings lie all over memory when they are visited by
 * id. */
static inline void
seen_prefetch(const struct seen *s)
{
	__builtin_prefetch(s);
	__builtin_prefetch((const char *)s + 64);
}

/* Facts of a record read just now, ready for seen_add. */
struct seen_packer {
	struct buf facts, items;
};
void seen_pack_customer(struct seen_packer *f, struct hash hash,
    const struct schema_unknown *unknown, const struct customer *c);
void seen_pack_order(struct seen_packer *f, struct hash hash, const struct schema_unknown *unknown,
    const struct order *o, struct seen_dictionary *l);
void seen_packer_release(struct seen_packer *f);

/* seen_add(b, head, id, facts, raw): behind those in ${b}, a sighting like ${head} that keeps
 * copies of the three;
 * ${raw} only of SEEN_TEXT. */
void seen_add(
    struct buf *b, const struct seen *head, struct str id, struct str facts, struct str raw);

#endif /* DELTA_SEEN_H */
