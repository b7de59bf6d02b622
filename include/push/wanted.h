/* wanted.h -- what DailyStory should have of one customer, as of the last snapshot applied.
 *
 * The same rows as an export would write (dailystory/contact.h), with membership in segments; or
 * gone, with the reason.  What is wanted depends on what was acked in two ways: a flag that was set
 * and has no segment any more is cleared, and a mobile that may not be texted is taken away where
 * it was sent.  Whether they may be active is no field: the facts of that are here, too.
 */
#ifndef PUSH_WANTED_H
#define PUSH_WANTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/acked.h"
#include "push/standing.h"
#include "push/strays.h"
#include "push/wanted_fields.h"
#include "push/wanted_source.h"

/* Why a customer is not sent, or not with all there is. */
enum wanted_hold {
	WANTED_WHOLE,
	WANTED_OPTED_OUT /* refuses every channel, and is not there: not created */
};

struct wanted {
	struct str fh_id;
	struct str gone;          /* the reason; empty: a contact */
	bool is_erased;           /* and is to be deleted, whatever the settings say */
	struct str email, mobile; /* as they are to be written */
	bool email_refused, mobile_refused;
	struct standing_facts standing;
	unsigned untold;        /* addresses for which it is untold (standing.h) */
	bool is_bringing;       /* it is coming also once these are told: refusals.h */
	bool is_blocked;        /* an address that they are to get cannot be told that it refuses */
	int64_t exposed;        /* us, or 0: one that they have cannot, since it was refused last */
	bool is_mobile_held;    /* they have a mobile that is not sent: texts are refused */
	bool clears_mobile;     /* the one that DailyStory has refuses texts, and is to go; with
	                         * ${mobile}, which takes its place */
	bool had_refused;       /* not bound, no mobile, and one that they had refuses texts */
	struct strays strays;   /* what creates without an answer may have made */
	struct str memberships; /* as contact_status has them */
	bool is_taken;          /* another customer's contact has an address that is new to them */
	enum wanted_hold hold;
	struct wanted_field *fields;
	size_t fields_n;
	bool is_changed;   /* one of the fields is */
	struct str digest; /* salted, of all that is wanted; of a dead letter it is compared */
	int64_t since;     /* as of the snapshot with which their row was written last; or 0 */
};

/* wanted_make(a, x, fh_id, acked, out, e): ${acked} is what books_contact says; everything lies in
 * ${a}. */
int wanted_make(struct arena *a, const struct wanted_source *x, struct str fh_id,
    const struct acked *acked, struct wanted *out, struct err *e) ERR_MUST;

/* wanted_flag(a, slug): the field of a segment's membership. */
struct str wanted_flag(struct arena *a, struct str slug);

/* The list of segments, and why somebody is gone. */
#define WANTED_LIST STR("fh_segments")
#define WANTED_GONE STR("fh_gone")

/* wanted_deletes(x, w): who is gone is deleted, by the settings or because they were erased. */
bool wanted_deletes(const struct wanted_source *x, const struct wanted *w);

#endif /* PUSH_WANTED_H */
