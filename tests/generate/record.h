/* record.h -- of the generator: locations, customers and orders as JSON.
 *
 * A record's text depends on (seed, number, state in the world) alone, so
 * pages can be written in any order and by several threads.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdint.h>

#include "support/text.h"
#include "world.h"

#define BOOK_GOODS 360u
#define BOOK_STAFF 8u /* budtenders of a location */

struct good {
	struct text head; /* the members before "quantity" */
	uint32_t price;   /* cents */
};

/* What all orders share: the goods and the client's id. */
struct book {
	struct good good[BOOK_GOODS];
	struct word client;
};

void book_init(struct book *b, const struct options *opt);

/* A hash of record ${n}, for the random parts of its text. */
uint64_t record_hash(const struct world *w, enum stream s, uint64_t n);

/* An id of the account's generation, and the name of its member: "id" or "_id". */
struct word record_id(const struct options *opt, enum stream s, uint64_t n);
const char *record_key(const struct options *opt, enum stream s, uint64_t n);

/* The importId of location ${i}, as it stands in a path and in JSON. */
struct word record_import_id(const struct options *opt, uint32_t i);
struct word record_import_value(const struct options *opt, uint32_t i);

/* The id, the full name and the kind of customer ${i}. */
struct word record_customer_id(const struct world *w, uint32_t i);
struct word record_name(const struct world *w, uint32_t i);
const char *record_type(const struct world *w, uint32_t i);
bool record_is_medical(const struct world *w, uint32_t i);

/* Is this copy of the record one that a reader puts into quarantine? */
bool record_is_faulty(const struct world *w, enum stream s, uint64_t n);

/* Write ${w} under OUT/snapshots/; ends the process if that fails.  Several threads make the pages,
 * which do not depend on who makes them; manifest.json comes last. */
void snapshot_write(const struct world *w, const struct book *b);

void record_location(struct text *t, const struct world *w, const struct book *b, uint32_t i);
void record_customer(struct text *t, const struct world *w, uint32_t i);
void record_order(struct text *t, const struct world *w, const struct book *b, uint32_t n);

/* How often the n-th of ${kinds} kinds was hit in ${edits} edits. */
uint32_t record_edits(uint32_t edits, uint64_t hash, uint32_t kinds, uint32_t kind);

/* The ${n}-th first name of all. */
struct word record_first_name(uint64_t n);

#endif /* RECORD_H */
