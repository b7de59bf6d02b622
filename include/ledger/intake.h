/* intake.h -- what the pages of a snapshot hold that was not known before.
 *
 * Pages are read by several threads; each record whose text is the one read last is only noted as seen, every other is
 * read strictly.  Nothing is written here.  Then the sightings of all pages are merged by id.
 */
#ifndef LEDGER_INTAKE_H
#define LEDGER_INTAKE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "ledger/rows.h"
#include "ledger/settings.h"
#include "snapshot/manifest.h"

struct kv;

enum entity { ENTITY_CUSTOMER, ENTITY_ORDER, ENTITIES };
const char *entity_name(enum entity e);

/* What a sound record turned out to be, against the state before this snapshot. */
enum sight {
	SIGHT_SAME, /* the text is known */
	SIGHT_MOVED, /* the text is known, but was read under another location */
	SIGHT_NEW,  /* the id is not known */
	SIGHT_TEXT  /* the id is known with another text */
};

/* One copy of a record, seen in a page and not quarantined; 48 bytes, for there may be millions. */
struct sighting {
	const char *id;
	const char *facts; /* SIGHT_NEW, SIGHT_TEXT: see below; its length in front */
	const char *raw;   /* SIGHT_TEXT: the record's text, its length in front */
	uint32_t page, index;
	uint8_t id_len;
	uint8_t sight;
};

/* Facts are packed: hash, unknown fields; then of a customer customer_pack's row; of an order the
 * customer and sale_pack's row.  Words and unknown fields are numbered by the page's own list. */

/* A record at fault. */
struct quarantined {
	uint32_t page, index;
	enum entity entity;
	bool has_id;
	struct str id;
	struct str reason;
};

/* What one page gave. */
struct page_intake {
	struct sighting *sightings;
	size_t n;
	struct quarantined *quarantined;
	size_t quarantined_n;
	struct str *words; /* [0] is "", the rest what facts refer to */
	size_t words_n;
	bool has_nameless; /* a quarantined record without a readable id */
};

struct intake {
	struct page_intake *pages; /* as many as the manifest has */
	struct sighting **seen[ENTITIES]; /* by id, then page, index */
	size_t seen_n[ENTITIES];
	struct quarantined *quarantined; /* by page, index */
	size_t quarantined_n;
	struct str *present[ENTITIES];   /* ids of quarantined records, sorted, each once */
	size_t present_n[ENTITIES];
	struct arena *arenas;            /* one a worker */
	size_t jobs;
	struct arena arena;
};

/* What the reading is done with. */
struct intake_source {
	const char *account;
	struct str snapshot;         /* its id */
	const struct manifest *manifest;
	struct kv *kv;               /* the state before; only read */
	const uint32_t *locations;   /* number of each page's location in the state; 0 none named, UINT32_MAX not known yet */
	const struct ledger_settings *settings;
	size_t jobs;
	atomic_size_t *pages_done; /* counted up for whoever watches; may be NULL */
};

/*
 * intake_read(in, source, e):
 * Errors: ERR_DAMAGED: a page refuses the snapshot. ${in} may be released in any case.
 */
int intake_read(struct intake *in, const struct intake_source *source,
    struct err *e) ERR_MUST;
void intake_release(struct intake *in);

/* What the facts of a sighting say. Text is borrowed from the intake. */
struct customer_facts {
	struct hash hash;
	struct str unknown; /* packed numbers, see intake_next */
	struct str fields;
};
struct order_facts {
	struct hash hash;
	struct str unknown;
	struct sale sale;   /* words by the page's list */
	struct str customer;
};
struct customer_facts intake_customer(const struct sighting *s);
struct order_facts intake_order(const struct sighting *s);
/* intake_next: the next number off the front of a packed list: 1, or 0 at its end. */
int intake_next(struct str *list, uint32_t *number);
struct str intake_raw(const struct sighting *s);
static inline struct str
sighting_id(const struct sighting *s)
{
	return (struct str){ s->id, s->id_len };
}

#endif /* LEDGER_INTAKE_H */
