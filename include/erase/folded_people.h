/* folded_people.h -- the rows of a base's state that are about who is erased, beside their records.
 *
 *   - There is no row of theirs, and no row names them; a number they had as buyers stands for
 *     nobody.
 *   - The money of their orders is guests' or not there, and what they owed is owed no more.
 *   - Whoever shared an address with them, or shares one with one of these, is looked at with the
 *     next snapshot as if they had just begun to take part: who holds the address then is decided
 *     there.
 */
#ifndef ERASE_FOLDED_PEOPLE_H
#define ERASE_FOLDED_PEOPLE_H

#include "base/err.h"
#include "erase/folded_names.h"
#include "state/state.h"

/* folded_people_drop(s, names, e): after their records went.
 * Errors: ERR_INTERNAL: the sums do not agree. */
int folded_people_drop(struct state *s, const struct folded_names *names, struct err *e) ERR_MUST;

#endif /* ERASE_FOLDED_PEOPLE_H */
