/* refused.h -- what was rejected in this push: it is not tried again in it, unless something else
 * is wanted.
 */
#ifndef PUSH_REFUSED_H
#define PUSH_REFUSED_H

#include <stdbool.h>

#include "base/intern.h"
#include "base/str.h"

/* Zero-initialisable. */
struct refused {
	struct intern names;
};

/* refused_add(r, kind, of): 'c' the row of a customer, by fh_id; 'o' an opt-out, by its channel and
 * address in one. */
void refused_add(struct refused *r, char kind, struct str of);

/* refused_has(r, kind, of): ${r} may be NULL. */
bool refused_has(const struct refused *r, char kind, struct str of);

void refused_release(struct refused *r);

#endif /* PUSH_REFUSED_H */
