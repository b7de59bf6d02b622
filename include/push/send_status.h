/* send_status.h -- the status of a contact, which others change, too.
 *
 * Before a contact is made inactive it is looked at: only what was active is ours to change, and to
 * undo.  That is noted before the call, so that a push that is killed in it is undone by the next
 * (docs/decisions/0059-whose-a-status-is.md).
 */
#ifndef PUSH_SEND_STATUS_H
#define PUSH_SEND_STATUS_H

#include "push/acked.h"
#include "push/send_call.h"
#include "push/wanted.h"

/* send_status_guard(g, w, acked): the contact is not active. */
int send_status_guard(struct send *g, const struct wanted *w, const struct acked *acked) ERR_MUST;

/* send_status_lift(g, w): who is inactive by us is active again. */
int send_status_lift(struct send *g, const struct wanted *w) ERR_MUST;

/* send_status_settle(g, w, acked): a status in ${w} that is not ours to change is not sent. */
int send_status_settle(struct send *g, struct wanted *w, const struct acked *acked) ERR_MUST;

/* All: Returns and errors: as send_item. */

#endif /* PUSH_SEND_STATUS_H */
