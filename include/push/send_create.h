/* send_create.h -- the contact in DailyStory of somebody who is not bound yet: found or made by one
 * address alone.
 */
#ifndef PUSH_SEND_CREATE_H
#define PUSH_SEND_CREATE_H

#include "push/send_row.h"

/*
 * send_create(g, r):
 * By the email, unless that is refused and the mobile is not; who was imported by the address that
 * was; if a contact was made of an address in order to opt it out, by that one; and if one may have
 * been made of an address of theirs, by that.  ${r} is read again.  Nothing is done for who has no
 * address.
 * Returns and errors: as send_item.
 */
int send_create(struct send *g, struct send_row *r) ERR_MUST;

/* send_create_ask(g, w, by, x, c, why): the call alone, with the flag of an address that refuses;
 * what it answers is for the caller.  Returns: as send_call_ask. */
int send_create_ask(struct send *g, const struct wanted *w, struct strays_address by,
    struct journal_line *x, struct caller_answer *c, struct send_refusal *why) ERR_MUST;

/* send_create_bind(g, w, acked, x, c): the contact that ${x} names is theirs; it is nobody else's
 * (send_owner.h).  ${acked} is read again.  Returns: as send_item. */
int send_create_bind(struct send *g, const struct wanted *w, struct acked *acked,
    struct journal_line x, const struct caller_answer *c) ERR_MUST;

#endif /* PUSH_SEND_CREATE_H */
