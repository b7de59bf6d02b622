/* send_owner.h -- whose a contact is that was found by an address alone. */
#ifndef PUSH_SEND_OWNER_H
#define PUSH_SEND_OWNER_H

#include "base/str.h"
#include "push/journal.h"
#include "push/send_call.h"

enum send_owner {
	SEND_OWNER_NOBODY,
	SEND_OWNER_SELF,
	SEND_OWNER_FORMERLY, /* theirs, until it was deleted */
	SEND_OWNER_OTHER     /* another customer's, or was when it was deleted */
};

/* send_owner_find(g, fh_id, field, dsid, out, owner): of a contact found for ${fh_id} (empty: for
 * nobody) by ${field}.  One of another customer that was deleted may be there again by that call:
 * it is theirs once more, and is deleted at once if they are to have none, or another one by now,
 * or were erased; inactive if that is not done.  ${owner}: in the arena of the push; empty: nobody,
 * or somebody who was erased.  Returns: SEND_DONE, SEND_UNKNOWN, -1.  Errors: as send_item. */
int send_owner_find(struct send *g, struct str fh_id, const struct journal_field *field,
    struct str dsid, enum send_owner *out, struct str *owner) ERR_MUST;

#endif /* PUSH_SEND_OWNER_H */
