/* past_contacts.h -- what was true of a customer before: whether they were a contact, under which
 * addresses, and why not.
 *
 * As in versions.h, a row is written when something ends, never when it begins; that somebody was
 * not known ends too, but a first run writes no row.  So with snapshot N the first row that ended
 * later holds, and without one what is in contact_status now.
 */
#ifndef STATE_PAST_CONTACTS_H
#define STATE_PAST_CONTACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "state/rows.h"
#include "state/state.h"

struct arena;

/* A contact status that ended. */
struct past_contact {
	uint32_t until;             /* number of the snapshot that changed it */
	bool was_known;             /* false: no such customer; what follows is empty */
	enum skipped_reason reason; /* then */
	struct str detail;          /* as row_detail says */
	struct str email, mobile;   /* as exported; both empty: no contact */
	uint32_t cause;             /* why they became, or ceased to be, a contact with that
	                             * snapshot: enum cause of segment/, as a number; if they did */
};

/* past_contacts_was(p): were they a contact? */
static inline bool
past_contacts_was(const struct past_contact *p)
{
	return p->email.n > 0 || p->mobile.n > 0;
}

/* past_contacts_put(s, customer, p, e): it ended with p->until, the snapshot at hand. */
int past_contacts_put(
    struct state *s, struct str customer, const struct past_contact *p, struct err *e) ERR_MUST;

/* past_contacts_read(a, s, customer, list, n, e): all of a customer's, in the order in which they
 * ended; in ${a}. */
int past_contacts_read(struct arena *a, struct state *s, struct str customer,
    struct past_contact **list, size_t *n, struct err *e) ERR_MUST;

/* past_contacts_unpack(key, row, customer, out): a row of the table, for a walk over all; borrowed
 * from both.  Returns: false if it is damaged. */
bool past_contacts_unpack(
    struct str key, struct str row, struct str *customer, struct past_contact *out);

#endif /* STATE_PAST_CONTACTS_H */
