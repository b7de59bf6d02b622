/* affected.h -- the customers for whom something may change with a snapshot.
 *
 * These are the customers whose records changed, those whose due time has come, and those whose
 * address somebody else began or ceased to hold; everybody only after a change of rules or
 * settings. On the way the tables of addresses are brought up to date: they follow from the
 * customers' records, so profiles are not needed yet.
 *
 * A mobile's holder depends on who holds an email, so emails are decided first, and then the
 * mobiles of those for whom that is something else now.  A purchase alone decides no mobile again.
 */
#ifndef DAILYSTORY_AFFECTED_H
#define DAILYSTORY_AFFECTED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "dailystory/export_source.h"
#include "dailystory/holders.h"
#include "dailystory/identity.h"
#include "state/rows.h"

struct affected_customer {
	struct str id;
	bool is_changed;                 /* their records changed */
	bool is_linked;                  /* or those of somebody in the chain of shared addresses;
	                                  * only told of who becomes or ceases to be a contact */
	bool held_email;                 /* before this snapshot */
	bool takes_part;                 /* left out for no reason of their own */
	enum skipped_reason alone;       /* identity_alone's */
	struct identity_addresses their; /* of their profile, as it is to be */
};

/* Zero-initialisable. */
struct affected {
	struct affected_customer *list; /* by id */
	size_t n, cap;
	/* By id: on all whose address was decided again. */
	struct holders_decisions decisions[HOLDERS_KINDS];
	struct arena arena;
};

/* affected_find(out, s, source, is_everybody, e): fill the list. */
int affected_find(struct affected *out, struct state *s, const struct export_source *source,
    bool is_everybody, struct err *e) ERR_MUST;

/* affected_reason(x, u, before, out): reason, detail and what is held of a customer's status. */
void affected_reason(const struct affected *x, const struct affected_customer *u,
    const struct contact_status *before, struct contact_status *out);

/* affected_status(a, s, id, out, e): 1 and the status stored, in ${a}; 0 and an empty one. */
int affected_status(struct arena *a, struct state *s, struct str id, struct contact_status *out,
    struct err *e) ERR_MUST;

void affected_release(struct affected *x);

#endif /* DAILYSTORY_AFFECTED_H */
