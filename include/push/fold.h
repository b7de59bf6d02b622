/* fold.h -- what a line of the journal means for what is known to be acked.
 *
 * The view is the fold of all lines, in their order; nothing else changes it.
 *
 * Always true after each line:
 * - A dsid belongs to one customer, and a customer has one at most.
 * - An address belongs to one customer: whose contact has it, or else may have it.
 * - A letter is listed exactly while the row has one.
 */
#ifndef PUSH_FOLD_H
#define PUSH_FOLD_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "push/acked.h"
#include "push/fold_rows.h"
#include "push/journal_line.h"

/* fold_line(f, x, e): Errors: ERR_FAILED if a row of the view cannot be. */
int fold_line(struct fold *f, const struct journal_line *x, struct err *e) ERR_MUST;
/* fold_set(f, fh_id, x, e): from now on that is what is known of the customer. */
int fold_set(struct fold *f, struct str fh_id, const struct acked *x, struct err *e) ERR_MUST;
void fold_release(struct fold *f);

#endif /* PUSH_FOLD_H */
