/* fold.h -- what a line of the journal means for what is known to be acked.
 *
 * The view is the fold of all lines, in their order; nothing else changes it.
 *
 * Always true after each line:
 * - A dsid belongs to one customer, and a customer has one at most.
 * - An address that was acked belongs to one customer.
 * - A letter is listed exactly while the row has one.
 */
#ifndef PUSH_FOLD_H
#define PUSH_FOLD_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "push/journal_line.h"
#include "push/view.h"

struct acked;

struct fold {
	struct view *view;
	uint64_t no_email, no_mobile; /* hashes of the empty address */
	uint64_t kept_mobile;         /* of ACKED_KEPT: nobody is known to have it */
	uint64_t begun_status;        /* of ACKED_BEGUN */
	struct arena arena;           /* scratch, emptied by each line */
	struct buf row, key;
};

/* fold_line(f, x, e): Errors: ERR_FAILED if a row of the view cannot be. */
int fold_line(struct fold *f, const struct journal_line *x, struct err *e) ERR_MUST;
/* fold_set(f, fh_id, x, e): from now on that is what is known of the customer. */
int fold_set(struct fold *f, struct str fh_id, const struct acked *x, struct err *e) ERR_MUST;
void fold_release(struct fold *f);

/* fold_address(b, key, hash): the key of an address; empties ${b} first. */
struct str fold_address(struct buf *b, struct str key, uint64_t hash);

/* fold_parse_address(name, out): the way back; false: it is none. */
bool fold_parse_address(struct str name, struct journal_field *out);

/* fold_broken(e): a row of the view cannot be; it may be deleted. */
int fold_broken(struct err *e);

#endif /* PUSH_FOLD_H */
