/* versions.h -- the past of a record: its versions, and the orders that were a customer's.
 *
 * A row is written when a version is changed or removed, never when it begins, so a first run
 * writes none.  These rows and what is known now are the whole past of a record.
 */
#ifndef STATE_VERSIONS_H
#define STATE_VERSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "record/record.h"
#include "state/rows.h"
#include "state/state_answers.h"
#include "state/state.h"

struct arena;

/* One version of a record; it was in force from the snapshot of its place on. */
struct version {
	struct place place;
	uint32_t until;         /* number of the snapshot that changed or removed it; 0: in force */
	bool is_removed;        /* that snapshot removed it */
	struct answers answers; /* a customer's, as they were in force with it */
	struct hash hash;       /* of the text read last, while it is in force */
};

/* versions_supersede(s, entity, id, was, e): the snapshot at hand changed or removed this version;
 * until is filled in here, the answers matter only of a customer. */
int versions_supersede(struct state *s, enum entity entity, struct str id,
    const struct version *was, struct err *e) ERR_MUST;

/* versions_former_order(s, buyer, order, e): the order is not the buyer's any more. */
int versions_former_order(
    struct state *s, uint32_t buyer, struct str order, struct err *e) ERR_MUST;

/* versions_list(a, s, entity, id, list, n, e): all there were, oldest first; none of an id that was
 * never known.  Where one ends before the next begins, the record was removed and came back. */
int versions_list(struct arena *a, struct state *s, enum entity entity, struct str id,
    struct version **list, size_t *n, struct err *e) ERR_MUST;

/* versions_orders(a, s, customer, ids, n, e): orders that are or were theirs, by id. */
int versions_orders(struct arena *a, struct state *s, struct str customer, struct str **ids,
    size_t *n, struct err *e) ERR_MUST;

/* versions_has_customer(a, s, id, e): 1 if somebody is or was known by this id, or an order names
 * it; 0 if not, or if it is none; -1. */
int versions_has_customer(struct arena *a, struct state *s, struct str id, struct err *e) ERR_MUST;

#endif /* STATE_VERSIONS_H */
