/* send_stray.h -- what a create without an answer may have made, of an address that its customer
 * does not have any more.
 */
#ifndef PUSH_SEND_STRAY_H
#define PUSH_SEND_STRAY_H

#include "push/send_row.h"

/*
 * send_stray_all(g, r, has_letter):
 * Each is found by its address, and looked at: a contact that has nothing else was made by us, and
 * is deleted; any other is somebody's own, and is left as it is.  One that is refused, or has no
 * answer, holds back none of the others.  ${has_letter}: their row was not taken in this push, and
 * why stays its dead letter.
 * Returns: the worst of enum send_result, or -1.  Errors: as send_item.
 */
int send_stray_all(struct send *g, const struct send_row *r, bool has_letter) ERR_MUST;

#endif /* PUSH_SEND_STRAY_H */
