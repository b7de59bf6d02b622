/* folded_bases.h -- bases without those who are erased.
 *
 * Each is made of its own: the state is restored, changed, and folded again, with records as they
 * may stay; then the state that comes out of the new one is held against its digest, as a prune
 * does it.  A page that is the same in two bases is one file.
 */
#ifndef ERASE_FOLDED_BASES_H
#define ERASE_FOLDED_BASES_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "erase/folded_digests.h"
#include "erase/folded_names.h"

struct folded_bases {
	const char *account, *to; /* bases/ is in both */
	struct str start;         /* later ones are left out: no snapshot needs them */
	size_t jobs;
	struct folded_names *names;
	const struct folded_digests *digests;
};

/* folded_bases_write(f, e): all of them into f->to, which is there.  Nothing is durable yet. */
int folded_bases_write(const struct folded_bases *f, struct err *e) ERR_MUST;

#endif /* ERASE_FOLDED_BASES_H */
