/* folded_state.h -- a state without the customers who are erased: what a base has to say of them.
 *
 * The state is that of a base, restored for this; it is changed by hand, for nothing can be applied
 * again.  Afterwards no row is theirs or names them, their orders are guests' or gone, and the sums
 * agree (docs/decisions/0063).
 */
#ifndef ERASE_FOLDED_STATE_H
#define ERASE_FOLDED_STATE_H

#include <stdbool.h>

#include "base/err.h"
#include "bases/derive.h"
#include "bases/fold_record.h"
#include "erase/folded_digests.h"
#include "erase/folded_names.h"
#include "state/state.h"

/* A record of the base that is another now. */
struct folded_state_record {
	const struct fold_record *r;
	struct str text; /* anew; "null": it is gone */
	bool is_theirs;
};

/* folded_state_record(s, d, x, e): its rows follow.  Totals of money do not: see folded_people.h.
 */
int folded_state_record(
    struct state *s, struct derive *d, const struct folded_state_record *x, struct err *e) ERR_MUST;

/* folded_state_files(s, names, digests, e): pages that are called otherwise, and digests. */
int folded_state_files(struct state *s, const struct folded_names *names,
    const struct folded_digests *digests, struct err *e) ERR_MUST;

/* folded_state_words(s, r, e): a text of the dictionary that tells of them and stands for nothing
 * any more is another. */
int folded_state_words(struct state *s, struct redactor *r, struct err *e) ERR_MUST;

#endif /* ERASE_FOLDED_STATE_H */
