/* fold_holders.h -- whose contact has an address, as the fold keeps it.
 *
 * A row of VIEW_ADDRESSES names everybody whose contact may have it, parted by zeros: the one of
 * whom it was acked, or whose call that has no answer yet came first, is the first, and is taken
 * for the one who has it; once that one has it no more, the next is.  Read from a file of all that
 * was acked, those who are not certain are in the order of their ids.
 */
#ifndef PUSH_FOLD_HOLDERS_H
#define PUSH_FOLD_HOLDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "push/acked.h"
#include "push/fold_rows.h"

/* fold_holders_next(row): the first of them, which is taken out; ${row} is not empty. */
struct str fold_holders_next(struct str *row);

/* fold_holders_is_one(f, key, hash): an address that is known, and not none. */
bool fold_holders_is_one(const struct fold *f, struct str key, uint64_t hash);

/* fold_holders_move(f, fh_id, before, now, e): the table after what changed of them.  Whoever had
 * an address that was acked of another has it no more. */
int fold_holders_move(struct fold *f, struct str fh_id, const struct acked *before,
    const struct acked *now, struct err *e) ERR_MUST;

/* fold_holders_trust(f, fh_id, before, now, e): a call was refused, so whoever had what it was to
 * set has it still. */
int fold_holders_trust(struct fold *f, struct str fh_id, const struct acked *before,
    const struct acked *now, struct err *e) ERR_MUST;

/* fold_holders_doubt(f, fh_id, x, e): the call of that line may take addresses from others. */
int fold_holders_doubt(
    struct fold *f, struct str fh_id, const struct journal_line *x, struct err *e) ERR_MUST;

#endif /* PUSH_FOLD_HOLDERS_H */
