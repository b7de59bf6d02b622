/* folded_diffs.h -- the diffs of folded snapshots, without what they tell of those who are erased.
 *
 *   - A customer's own lines go.
 *   - Of the lines of orders that are or were theirs only changes of what may stay of such an order
 *     do (redact_order.h); where orders are removed, they go, but for an order that is somebody
 *     else's by now.
 *   - In lines of others, values that tell of them become null where no field is read from them.
 *
 * The counts of the last line stay: they say what was read, and name nobody; "redacted" says how
 * many lines went.  The chain of digests is made again from the first diff that is another.
 */
#ifndef ERASE_FOLDED_DIFFS_H
#define ERASE_FOLDED_DIFFS_H

#include "base/err.h"
#include "base/str.h"
#include "erase/folded_digests.h"
#include "erase/folded_names.h"

struct folded_diffs {
	const char *from, *to; /* diffs/ is in both; ${to} NULL: nothing is written */
	struct str start;      /* the base: diffs up to it are read */
	struct folded_names *names;
	const struct folded_digests *was; /* what they have to be */
	struct folded_digests *digests;   /* of those that are others */
};

/* folded_diffs_write(f, e): into f->to, which is there; one that stays is another name of its file.
 * Nothing is durable yet. Errors: ERR_DAMAGED. */
int folded_diffs_write(const struct folded_diffs *f, struct err *e) ERR_MUST;

#endif /* ERASE_FOLDED_DIFFS_H */
