/* send_whole.h -- the whole row of a contact, or why it is gone, as one call; and what of it goes
 * where DailyStory does not take all of it.
 */
#ifndef PUSH_SEND_WHOLE_H
#define PUSH_SEND_WHOLE_H

#include "push/send_row.h"

/* send_whole(g, r): the status before it, too.  Who keeps a mobile that refuses texts becomes
 * inactive. */
int send_whole(struct send *g, struct send_row *r) ERR_MUST;

/* send_whole_blocked(g, r): without the address that they are to get, whose opt-out DailyStory did
 * not take. */
int send_whole_blocked(struct send *g, struct send_row *r) ERR_MUST;

/* Both: Returns: enum send_result, or -1. */

/* send_whole_brings_refusal(r): it has an address that refuses, and that the contact does not
 * have. */
bool send_whole_brings_refusal(const struct send_row *r);

#endif /* PUSH_SEND_WHOLE_H */
