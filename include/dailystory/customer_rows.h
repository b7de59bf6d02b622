/* customer_rows.h -- everything that one snapshot's export says of one customer.
 *
 * It is found by reading alone, so that any thread may do it; export.c stores and writes it.
 */
#ifndef DAILYSTORY_CUSTOMER_ROWS_H
#define DAILYSTORY_CUSTOMER_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dailystory/affected.h"
#include "dailystory/export_source.h"
#include "dailystory/opt_outs.h"
#include "profile/profile.h"
#include "segment/membership.h"
#include "state/rows.h"

struct arena;

/* What holds for all customers; borrowed. */
struct customer_rows_source {
	const struct export_source *export;
	const struct affected *affected;
	const struct membership_counts *counts;
	int64_t since; /* due_since */
};

/* Rows are whole lines; an empty one is not written. */
struct customer_rows {
	struct profile_update profile;
	bool is_rebuilt;                   /* the profile is fresh and has to be stored */
	bool is_removed;                   /* the customer was removed: there is no profile.now */
	bool had;                          /* there was a status */
	struct contact_status before, now; /* if had, if not removed */
	/* As exported with the snapshot before, and with this one. */
	bool was_contact, is_contact;
	struct identity_addresses exported_before, exported;
	bool is_moved;            /* a contact then and now, under other addresses */
	enum cause contact_cause; /* of becoming, or ceasing to be, a contact */
	struct membership_changes memberships;
	struct str status_row; /* now, packed */
	struct str events;     /* lines of events.jsonl */
	size_t events_n;
	struct str segment_row; /* the contact's line in lists of members; in a first snapshot */
	struct str csv, json;   /* of a contact whose row is not the one written last */
	struct opt_outs_list owed_before, owed; /* opt-outs, with the snapshot before and now */
	struct str exported_row; /* packed: what was written last, if that is something else now */
};

/* customer_rows_make(a, s, source, u, out, e): ${out} is zeroed; what it holds lies in ${a}, in the
 * names of ${s} or in the affected.  Of somebody who is only named by orders, only the profile is
 * filled. */
int customer_rows_make(struct arena *a, struct state *s, const struct customer_rows_source *source,
    const struct affected_customer *u, struct customer_rows *out, struct err *e) ERR_MUST;

/* customer_rows_gone_reason(n): of who is no contact any more, as gone.csv says it. */
const char *customer_rows_gone_reason(const struct customer_rows *n);

#endif /* DAILYSTORY_CUSTOMER_ROWS_H */
