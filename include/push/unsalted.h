/* unsalted.h -- what is left of books whose salt is lost: ids, and who was told; no value.
 *
 * A hash of before says nothing any more.  Which contacts were told of an opt-out is known by their
 * ids: the address they have is taken for the one that refused.
 */
#ifndef PUSH_UNSALTED_H
#define PUSH_UNSALTED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "push/books.h"

/* Zero-initialisable. */
struct unsalted {
	uint64_t imported;     /* contacts that were imported by hand: nothing is known of them */
	uint64_t unrecognised; /* contacts of who was erased (former.h) */
	struct intern told;    /* channel and dsid */
	struct str *since;     /* by number: the snapshot it was owed since */
	size_t cap;
	struct arena a;
};

/* unsalted_forget(u, books, e): all that rests on hashes is gone from the view. */
int unsalted_forget(struct unsalted *u, struct books *books, struct err *e) ERR_MUST;

/* unsalted_was_told(u, channel, dsid, since): also since when it was owed; else ${since} stays. */
bool unsalted_was_told(
    const struct unsalted *u, unsigned channel, struct str dsid, struct str *since);

void unsalted_release(struct unsalted *u);

#endif /* PUSH_UNSALTED_H */
