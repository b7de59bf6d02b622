/* leaving.h -- an address that a contact has, and is about to lose by its own row. */
#ifndef PUSH_LEAVING_H
#define PUSH_LEAVING_H

#include <stdbool.h>

#include "base/str.h"
#include "push/acked.h"
#include "push/wanted.h"

/* leaving_is(x, w, acked, channel, address): their contact has it, and their row puts another in
 * its place, which does not refuse.  Of a refusal of the old one they are not told: it would stay
 * with the contact. */
bool leaving_is(const struct wanted_source *x, const struct wanted *w, const struct acked *acked,
    unsigned channel, struct str address);

/* leaving_dsid(x, w, acked, channel, address): by which id the contact that has the address, or
 * may have it, is told; empty: by the address.  Of one that is leaving its own, for as long as it
 * may have it nobody was told who has. */
struct str leaving_dsid(const struct wanted_source *x, const struct wanted *w,
    const struct acked *acked, unsigned channel, struct str address);

#endif /* PUSH_LEAVING_H */
