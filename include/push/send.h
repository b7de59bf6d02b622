/* send.h -- one item of the plan into calls, each noted in the books as it is answered.
 *
 * Matching is never left to DailyStory: a contact is found or made by one address alone, bound to
 * its dsid for good, and every call but that first one carries the dsid
 * (docs/decisions/0032-whose-contact-it-is.md). Bodies are made here, from the state as the plan
 * saw it and the books as they are now.
 */
#ifndef PUSH_SEND_H
#define PUSH_SEND_H

#include "base/err.h"
#include "push/push_plan.h"
#include "push/send_call.h"

/* send_item(g, item): Returns: enum send_result, or -1.  Errors: those of send_call. */
int send_item(struct send *g, const struct push_item *item) ERR_MUST;

#endif /* PUSH_SEND_H */
