/* letter_whose.h -- of whom a dead letter is.
 *
 * The books know an address by its hash alone, and the account by what is owed: all of that is
 * hashed once, when it is asked for first.
 */
#ifndef PUSH_LETTER_WHOSE_H
#define PUSH_LETTER_WHOSE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "push/wanted_source.h"

/* ${x} is set; else zero-initialisable. */
struct letter_whose {
	const struct wanted_source *x;
	struct intern names;   /* of what is owed: keys of VIEW_OPT_OUTS */
	struct str *addresses; /* by number */
	size_t cap;
	struct arena arena;
};

/* letter_whose_find(w, a, name, fh_id, e): the customer of a row of VIEW_LETTERS; of an opt-out
 * whoever has the address in DailyStory or, if nobody does, the first who is to have it; else
 * empty, as of a segment.  In ${a}. */
int letter_whose_find(struct letter_whose *w, struct arena *a, struct str name, struct str *fh_id,
    struct err *e) ERR_MUST;

void letter_whose_release(struct letter_whose *w);

#endif /* PUSH_LETTER_WHOSE_H */
