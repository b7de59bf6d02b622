/* refusals.h -- of a contact's addresses that refuse: which of them DailyStory knows of, and which
 * it does not.  Facts of standing.h.
 *
 * An email that refuses can be told to DailyStory by a flag of the contact, whose name has to be
 * known, or else by the address alone, which may say nothing to a contact that does not have it
 * yet.  What a contact has is known by hashes, so it is looked for among all that the customer was
 * ever exported with.
 */
#ifndef PUSH_REFUSALS_H
#define PUSH_REFUSALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/acked.h"
#include "push/standing.h"
#include "push/wanted_source.h"

struct refusals_address {
	unsigned channel; /* enum opt_out_channel */
	struct str address;
	bool is_refused;
	bool is_kept;    /* the contact may have it, and it is not the one that is wanted */
	bool is_leaving; /* the contact has it, and its row puts another in its place */
	bool is_lasting; /* the row leaves it there: an email is never taken away, only replaced */
};

struct refusals {
	bool is_coming;   /* as in standing.h */
	bool is_bringing; /* is_coming for an address that the contact does not have: the row brings
	                   * it, so that is so also once all that it has was told */
	unsigned untold;  /* addresses for which it is untold, as in standing.h */
	bool is_lasting;  /* so is one, and the contact is not found yet: it is told after that */
	bool is_unowed;   /* of who was removed: the same, and they themselves refused */
	bool is_leaving;  /* it has one that its row takes away */
	bool is_blocked;  /* it is to get one whose opt-out DailyStory did not take */
	int64_t exposed;  /* us: when it refused the opt-out of an address that is there; or 0 */
};

/* refusals_of_contact(x, a, acked, wanted, addresses, out, e): ${wanted}: the email and the mobile
 * it is to have. */
int refusals_of_contact(const struct wanted_source *x, struct arena *a, const struct acked *acked,
    const struct refusals_address wanted[2], struct str addresses, struct refusals *out,
    struct err *e) ERR_MUST;

/* refusals_of_gone(x, a, fh_id, acked, addresses, out, e): their row is not written any more, so
 * nothing but the status keeps them from being written to.  To who was removed no opt-out is owed,
 * so their last answer counts. */
int refusals_of_gone(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct acked *acked, struct str addresses, struct refusals *out, struct err *e) ERR_MUST;

/* refusals_of_mobile(x, acked, addresses, own, out, e): whether the mobile that DailyStory has of
 * them refuses texts and there is no way to say so; it may be ${own}, or another than is wanted. */
int refusals_of_mobile(const struct wanted_source *x, const struct acked *acked,
    struct str addresses, struct str own, bool *out, struct err *e) ERR_MUST;

/* refusals_knows_mobile(x, acked, addresses): the mobile that DailyStory has of them is known for
 * certain, and is one that they were exported with. */
bool refusals_knows_mobile(
    const struct wanted_source *x, const struct acked *acked, struct str addresses);

/* refusals_had_mobile(x, addresses, own, out, e): whether a mobile that they were exported with
 * refuses texts, whosever it is by now; or there is no way to say so, and ${own} does. */
int refusals_had_mobile(const struct wanted_source *x, struct str addresses, struct str own,
    bool *out, struct err *e) ERR_MUST;

/* refusals_owner(x, acked): whose the contact's status is. */
enum standing_owner refusals_owner(const struct wanted_source *x, const struct acked *acked);

#endif /* PUSH_REFUSALS_H */
