/* fold_restore.h -- makes a state out of a base: the same, key by key, as the one it was made of.
 *
 * fold_state.h says what of each table comes from where.
 */
#ifndef BASES_FOLD_RESTORE_H
#define BASES_FOLD_RESTORE_H

#include "base/err.h"
#include "base/str.h"
#include "state/state.h"

/*
 * fold_restore(account, name, s, e):
 * From the base in bases/<name>/.
 * Fill an empty state, whose transaction is open; it is committed and the next one begun.
 * Errors: ERR_DAMAGED: a file is not what the manifest says, or what comes out is not the state
 *         whose digest it names.
 */
int fold_restore(const char *account, struct str name, struct state *s, struct err *e) ERR_MUST;

/* fold_restore_origins(account, id, s, e): only the table origins of a state that has applied the
 * base's snapshot; not committed.
 * Errors: ERR_DIFFERS: its history is another one. */
int fold_restore_origins(
    const char *account, struct str id, struct state *s, struct err *e) ERR_MUST;

#endif /* BASES_FOLD_RESTORE_H */
