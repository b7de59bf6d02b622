/* versions.h -- what was known of a record before: its versions, and the orders that were a
 * customer's.
 *
 * Nothing is written when a record is first known, so a first run costs nothing; a row is written
 * when a version is changed or removed.  These rows and what is known now are the whole past of a
 * record.
 */
#ifndef STATE_VERSIONS_H
#define STATE_VERSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "state/rows.h"
#include "record/record.h"
#include "state/state.h"

struct arena;

/* One version of a record; it was in force from the snapshot of its place on. */
struct version {
	struct place place;
	uint32_t until;  /* the snapshot that changed or removed it; 0: in force */
	bool is_removed; /* that snapshot removed it */
};

/* versions_supersede(s, entity, id, is_removed, place, e): the snapshot in hand changed or removed
 * the version that was read there. */
int versions_supersede(struct state *s, enum entity entity, struct str id, bool is_removed,
    struct place place, struct err *e) ERR_MUST;

/* versions_former_order(s, buyer, order, e): the order is not the buyer's any more. */
int versions_former_order(
    struct state *s, uint32_t buyer, struct str order, struct err *e) ERR_MUST;

/* versions_list(a, s, entity, id, list, n, e): all there were, oldest first; none of an id that
 * was never known.  A gap between one's until and the next one's snapshot: it was removed and came
 * back. */
int versions_list(struct arena *a, struct state *s, enum entity entity, struct str id,
    struct version **list, size_t *n, struct err *e) ERR_MUST;

/* versions_orders(a, s, customer, ids, n, e): orders that are or were theirs, by id. */
int versions_orders(struct arena *a, struct state *s, struct str customer, struct str **ids,
    size_t *n, struct err *e) ERR_MUST;

/* versions_snapshot(s, id, number, out, e): an applied snapshot by its id: 1 found, 0 absent. */
int versions_snapshot(
    struct state *s, struct str id, uint32_t *number, struct applied *out, struct err *e) ERR_MUST;

#endif /* STATE_VERSIONS_H */
