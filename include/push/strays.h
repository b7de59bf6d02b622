/* strays.h -- contacts that creates without an answer may have made of a customer, by the address
 * that each was made with.
 *
 * One whose address is theirs still is found again, or made, by it.  Any other is a stray: whoever
 * has that address now may have had a contact before, so nothing of this customer may reach it.
 */
#ifndef PUSH_STRAYS_H
#define PUSH_STRAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/acked.h"
#include "push/wanted_source.h"

struct strays_address {
	struct str key, address; /* both empty: none */
	bool is_settled;         /* of a stray, by the books: nothing is to be deleted */
	bool is_theirs;          /* of who was erased: they had it last, and nobody else has it */
};

struct strays {
	struct strays_address own;
	const struct strays_address *list;
	size_t n;
	bool is_doubtful;  /* ${own} is all that somebody who was removed was exported with: it may
	                    * have been wrong, so the contact is looked at before it is theirs */
	bool is_forgotten; /* there is one whose address nobody knows any more */
};

/* What is theirs. */
struct strays_theirs {
	struct str fh_id;
	struct str email, mobile;
	struct str exported; /* packed: all they were ever exported with */
	bool is_gone;        /* no contact: not theirs is what another customer takes part with */
};

/* strays_find(x, a, acked, theirs, out, e): those whose address is found among all these; of who is
 * bound already none is ${own}.  Without those that may be all that holds a refusal, as long as no
 * other customer's contact is to have the address. */
int strays_find(const struct wanted_source *x, struct arena *a, const struct acked *acked,
    const struct strays_theirs *theirs, struct strays *out, struct err *e) ERR_MUST;

/* strays_of_gone(x, a, fh_id, acked, exported, out, e): the same of who is no contact; ${exported}
 * as above. */
int strays_of_gone(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct acked *acked, struct str exported, struct strays *out, struct err *e) ERR_MUST;

/* strays_of_erased(x, a, fh_id, acked, out, e): all of who was erased, by the addresses that lost.h
 * keeps; none is ${own}.  Settled is one by which another customer refuses. */
int strays_of_erased(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct acked *acked, struct strays *out, struct err *e) ERR_MUST;

#endif /* PUSH_STRAYS_H */
