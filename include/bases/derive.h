/* derive.h -- the rows of the state that a record of a base tells by itself.
 *
 * A customer gives a row of customers; an order one of orders, of sales and of created.  They are
 * made by the same reader as ever, with the snapshot in which the version was first read as the
 * present (contract, section 3).  What a record does not tell (an answer that was given before, for
 * one) is in memory.jsonl.gz and goes before it.
 */
#ifndef BASES_DERIVE_H
#define BASES_DERIVE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "bases/fold_record.h"
#include "record/record.h"
#include "state/state.h"
#include "state/state_answers.h"

/* Rows packed; of a customer only known. */
struct derived {
	struct buf known;          /* the row of customers or orders */
	struct buf sale_key, sale; /* of sales */
	struct buf created_key;    /* of created */
};

/* Zero-initialisable but for ${s}, which has the words, buyers, snapshots and pages. */
struct derive {
	struct state *s;
	struct schema schema;
	struct record_settings lenient; /* nothing is refused that was read once */
	struct record_reader reader;
	struct intern unknown;
	struct arena a; /* reset for each record */
	struct buf items, fields;
	struct derived out;
	bool is_ready;
};

/* derive_record(d, r, place, as_of, answers, e): the rows into d->out.  ${place} is r's as the
 * state numbers it, ${as_of} that snapshot's time; ${answers} are those in force where the record
 * tells none, NULL: as the record says.
 * Errors: ERR_DAMAGED: the record cannot be read, though it once was. */
int derive_record(struct derive *d, const struct fold_record *r, struct place place, int64_t as_of,
    const struct answers *answers, struct err *e) ERR_MUST;

void derive_release(struct derive *d);

#endif /* BASES_DERIVE_H */
