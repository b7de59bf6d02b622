/* remember_pages.h -- remember the pages of a snapshot, so that they are recognised by their digest
 * when they come again.
 *
 * Remembered are those of the last snapshot that held a good part of all records of an entity: so
 * the state does not grow with history, and an hour writes nothing
 * (docs/decisions/0012-a-page-that-is-known.md).
 */
#ifndef DELTA_REMEMBER_PAGES_H
#define DELTA_REMEMBER_PAGES_H

#include "base/err.h"
#include "delta/read_snapshot.h"
#include "state/state.h"

/*
 * remember_pages(s, m, in, e):
 * After the snapshot was applied: if it is large, its pages without a quarantined record take the
 * place of those remembered of the entity before.
 */
int remember_pages(struct state *s, const struct manifest *m, const struct read_snapshot *in,
    struct err *e) ERR_MUST;

#endif /* DELTA_REMEMBER_PAGES_H */
