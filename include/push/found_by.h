/* found_by.h -- by which address the contact of somebody who is not bound is found, or made.
 *
 * By the email, unless that is refused and the mobile is not; who was imported by the address that
 * was; and if a contact was made of an address in order to opt it out, by that one.
 */
#ifndef PUSH_FOUND_BY_H
#define PUSH_FOUND_BY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "push/acked.h"
#include "push/wanted.h"

struct found_by {
	unsigned channel;   /* enum opt_out_channel */
	struct str address; /* empty: they have none */
};

/* found_by(x, a, w, acked, is_told, out, e): ${is_told}: before that the email is told of its
 * refusal by itself, so that there is a contact of it. */
int found_by(const struct wanted_source *x, struct arena *a, const struct wanted *w,
    const struct acked *acked, bool is_told, struct found_by *out, struct err *e) ERR_MUST;

#endif /* PUSH_FOUND_BY_H */
