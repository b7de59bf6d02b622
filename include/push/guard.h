/* guard.h -- whether a contact may be active, as to the opt-outs of the addresses it has or is to
 * have.
 *
 * An email that refuses can be told to DailyStory by a flag of the contact, whose name has to be
 * known, or else by the address alone, which may say nothing to a contact that does not have it
 * yet: in between the contact is inactive.  So is one that has an address that refuses, while
 * DailyStory does not take the opt-out (docs/decisions/0059-whose-a-status-is.md).
 */
#ifndef PUSH_GUARD_H
#define PUSH_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/acked.h"
#include "push/wanted_source.h"

struct guard_address {
	unsigned channel; /* enum opt_out_channel */
	struct str address;
	bool is_refused;
};

struct guard {
	bool is_on;      /* not active until the contact was told */
	bool has_untold; /* the contact has an address that refuses, and was not told */
	int64_t
	    exposed; /* us: when DailyStory refused the opt-out of an address that it has; or 0 */
};

/* guard_kept(x, acked, channel, wanted, addresses, out, e): the address that the contact has
 * instead of the one that is wanted, or none; looked for among ${addresses}, all they ever had, for
 * it is known by its hash. */
int guard_kept(const struct wanted_source *x, const struct acked *acked, unsigned channel,
    struct str wanted, struct str addresses, struct guard_address *out, struct err *e) ERR_MUST;

/* guard_find(x, a, acked, list, n, out, e): of a contact's addresses. */
int guard_find(const struct wanted_source *x, struct arena *a, const struct acked *acked,
    const struct guard_address *list, size_t n, struct guard *out, struct err *e) ERR_MUST;

/* guard_is_ours(x, acked): the contact is inactive by us, or may be; guard_is_theirs: it was seen
 * not to be active, by others.  guard_is_done: one of these, and no call is left for it. */
bool guard_is_ours(const struct wanted_source *x, const struct acked *acked);
bool guard_is_theirs(const struct wanted_source *x, const struct acked *acked);
bool guard_is_done(const struct wanted_source *x, const struct acked *acked);

/* guard_is_open(x, acked, exposed): the contact can still be written to at an address that refuses
 * and cannot be told; not said where DailyStory refused the status that would end it. */
bool guard_is_open(const struct wanted_source *x, const struct acked *acked, int64_t exposed);

#endif /* PUSH_GUARD_H */
