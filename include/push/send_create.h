/* send_create.h -- the contact in DailyStory of somebody who is not bound yet: found or made by one
 * address alone.
 */
#ifndef PUSH_SEND_CREATE_H
#define PUSH_SEND_CREATE_H

#include "push/acked.h"
#include "push/send_call.h"
#include "push/wanted.h"

/*
 * send_create(g, w, acked):
 * By the email, unless that is refused and the mobile is not; who was imported by the address that
 * was; and if a contact was made of an address in order to opt it out, by that one.  ${acked} is
 * read again.  Nothing is done for who has no address.
 * Returns and errors: as send_item.
 */
int send_create(struct send *g, const struct wanted *w, struct acked *acked) ERR_MUST;

#endif /* PUSH_SEND_CREATE_H */
