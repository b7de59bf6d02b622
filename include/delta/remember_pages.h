/* remember_pages.h -- which pages are known again by their digest.
 *
 * Those of the last snapshot that held a good part of all records of an entity:
 * so the state does not grow with history, and an hour writes nothing
 * (docs/decisions/0012-a-page-that-is-known.md).
 */
#ifndef DELTA_REMEMBER_PAGES_H
#define DELTA_REMEMBER_PAGES_H

#include "base/err.h"
#include "delta/read_snapshot.h"
#include "state/state.h"

/*
 * remember_pages(s, m, in, e):
 * After the snapshot was applied: if it is large, its pages without a record at
 * fault take the place of those that were remembered of the entity before.
 */
int remember_pages(struct state *s, const struct manifest *m, const struct read_snapshot *in,
    struct err *e) ERR_MUST;

#endif /* DELTA_REMEMBER_PAGES_H */
