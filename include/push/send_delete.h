/* send_delete.h -- a contact is deleted, and has gone indeed. */
#ifndef PUSH_SEND_DELETE_H
#define PUSH_SEND_DELETE_H

#include "push/send_row.h"

/* send_delete(g, w, acked): that contact.  A 404 may be said of the path as well: the contact is
 * looked at, and one that is there was not deleted.  Returns: enum send_result, or -1.  Errors:
 * those of send_call. */
int send_delete(struct send *g, const struct wanted *w, const struct acked *acked) ERR_MUST;

/* send_delete_or_settle(g, r): their contact; who is still there is made inactive, unless nobody
 * answers at all.  ${r} is read again.  The same. */
int send_delete_or_settle(struct send *g, struct send_row *r) ERR_MUST;

/* send_delete_known(g, w, acked): of a deletion whose answer never came, and that is not wanted any
 * more, what became of it; it is noted as done, or as moot; where the look is refused, neither. The
 * same. */
int send_delete_known(struct send *g, const struct wanted *w, const struct acked *acked) ERR_MUST;

#endif /* PUSH_SEND_DELETE_H */
