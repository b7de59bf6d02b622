/* send_status.h -- the status of a contact, which others change, too.
 *
 * Before it is changed the contact is looked at: only what was active is ours to make inactive, and
 * only what is inactive still is ours to undo.  That is noted before the call, so that a push that
 * is killed in it is undone by the next (docs/decisions/0059-whose-a-status-is.md).
 */
#ifndef PUSH_SEND_STATUS_H
#define PUSH_SEND_STATUS_H

#include "push/acked.h"
#include "push/send_call.h"
#include "push/wanted.h"

/* send_status(g, w, acked, step): the step of standing.h, noted.  Returns and errors: as send_item.
 */
int send_status(struct send *g, const struct wanted *w, const struct acked *acked,
    enum standing_step step) ERR_MUST;

#endif /* PUSH_SEND_STATUS_H */
