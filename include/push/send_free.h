/* send_free.h -- an address that a contact had which is gone now. */
#ifndef PUSH_SEND_FREE_H
#define PUSH_SEND_FREE_H

#include "push/send_call.h"
#include "push/strays.h"

/* send_free(g, of): whose row was refused because that contact had the address is tried again by
 * the next push, and does not wait for a week.  Returns: 0, -1. */
int send_free(struct send *g, const struct strays_address *of) ERR_MUST;

#endif /* PUSH_SEND_FREE_H */
