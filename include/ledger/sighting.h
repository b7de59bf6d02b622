/* sighting.h -- one copy of a record in a page, and what was read in it.
 *
 * There may be millions, so a sighting is small and its facts are packed bytes, only there if the text is new.
 */
#ifndef LEDGER_SIGHTING_H
#define LEDGER_SIGHTING_H

#include <stdint.h>

#include "base/str.h"
#include "base/words.h"
#include "ledger/record.h"
#include "ledger/rows.h"
#include "wall/digest.h"

struct arena;

enum entity { ENTITY_CUSTOMER, ENTITY_ORDER, ENTITIES };
const char *entity_name(enum entity e);

/* What a sound record turned out to be, against the state before this snapshot. */
enum sight {
	SIGHT_SAME, /* the text is known */
	SIGHT_MOVED, /* the text is known, but was read under another location */
	SIGHT_NEW,  /* the id is not known */
	SIGHT_TEXT  /* the id is known with another text */
};

/* One copy of a record, seen in a page and not quarantined; 32 bytes, for there may be millions. */
struct sighting {
	const char *p;    /* the id, then the facts, then the raw text */
	uint32_t page, index;
	uint32_t facts_n; /* SIGHT_NEW, SIGHT_TEXT: see below */
	uint32_t raw_n;   /* SIGHT_TEXT: the record's text */
	uint16_t lexicon; /* which one the numbers in its facts belong to */
	uint8_t id_len;
	uint8_t sight;
};

/* What facts name by number instead of text: a set of each kind for all that one thread has read. */
struct lexicon {
	struct words words;     /* of orders: products, budtenders, ... */
	struct words customers; /* ids */
	struct words unknown;   /* fields nobody knows, by path */
};
void lexicon_release(struct lexicon *l);

/* Facts are packed: hash, unknown fields; then of a customer customer_pack's row; of an order the
 * customer and sale_pack's row. */

/* What the facts of a sighting say. Text is borrowed. */
struct customer_facts {
	struct hash hash;
	struct str unknown; /* packed numbers, see sighting_next */
	struct str fields;
};
struct order_facts {
	struct hash hash;
	struct str unknown;
	uint32_t customer;
	struct sale sale;
};
struct customer_facts sighting_customer(const struct sighting *s);
struct order_facts sighting_order(const struct sighting *s);
/* sighting_next: the next number off the front of a packed list: 1, or 0 at its end. */
int sighting_next(struct str *list, uint32_t *number);
static inline struct str
sighting_id(const struct sighting *s)
{
	return (struct str){ s->p, s->id_len };
}
static inline struct str
sighting_facts(const struct sighting *s)
{
	return (struct str){ s->p + s->id_len, s->facts_n };
}
static inline struct str
sighting_raw(const struct sighting *s)
{
	return (struct str){ s->p + s->id_len + s->facts_n, s->raw_n };
}

/* Facts of a record read just now, ready for sighting_keep. */
struct facts_out {
	struct buf facts, items;
};
void facts_customer(struct facts_out *f, struct hash hash,
    const struct schema_unknown *unknown, const struct customer *c);
void facts_order(struct facts_out *f, struct hash hash,
    const struct schema_unknown *unknown, const struct order *o,
    struct lexicon *l);
void facts_release(struct facts_out *f);

/* sighting_keep(a, s, id, facts, raw): the sighting gets copies of the three. */
void sighting_keep(struct arena *a, struct sighting *s, struct str id,
    struct str facts, struct str raw);

#endif /* LEDGER_SIGHTING_H */
