/* send_tell.h -- an opt-out told to DailyStory: by a flag of the contact, or by the address alone.
 *
 * The call by the address may be out of order while the others work: once that is seen, it is not
 * made again in this push, and whoever it was for counts as not told
 * (docs/decisions/0073-an-opt-out-without-an-answer.md).
 */
#ifndef PUSH_SEND_TELL_H
#define PUSH_SEND_TELL_H

#include "push/send_call.h"

/* send_tell(g, channel, address, since, fh_id, dsid): ${dsid}: the contact that has the address or
 * is to have it; empty: none is known. */
int send_tell(struct send *g, unsigned channel, struct str address, struct str since,
    struct str fh_id, struct str dsid) ERR_MUST;

/* send_tell_needed(g, channel, address, since, dsid): SEND_DONE it was told; SEND_REJECTED it was
 * refused, and is not to be told again yet; SEND_UNKNOWN it is to be told. */
int send_tell_needed(struct send *g, unsigned channel, struct str address, struct str since,
    struct str dsid) ERR_MUST;

/* Both: Returns: enum send_result, or -1. */

/* send_tell_went_by_address(g, channel, address, since): 1 the contact that was to be told is not
 * there, whoever has the address was told by it, and that is not to be done again yet; 0; -1. */
int send_tell_went_by_address(
    struct send *g, unsigned channel, struct str address, struct str since) ERR_MUST;

/* send_tell_is_late(g, channel, address): 1 it is owed for an hour and more; 0; -1. */
int send_tell_is_late(struct send *g, unsigned channel, struct str address) ERR_MUST;

#endif /* PUSH_SEND_TELL_H */
