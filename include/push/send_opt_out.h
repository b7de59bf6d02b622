/* send_opt_out.h -- who is told of an opt-out, and what becomes of who cannot be: the contact that
 * has the address, the one that is to get it, or whoever nobody here knows of. */
#ifndef PUSH_SEND_OPT_OUT_H
#define PUSH_SEND_OPT_OUT_H

#include <stdbool.h>

#include "push/push_items.h"
#include "push/send_row.h"

/* send_opt_out_item(g, item, r, was_refused): an opt-out of the plan; ${r}: whoever has the address
 * or is to have it, not loaded; nobody if there is nothing to tell. */
int send_opt_out_item(
    struct send *g, const struct push_item *item, struct send_row *r, bool *was_refused) ERR_MUST;

/* send_opt_out_both(g, r, has_it): the addresses they are to have, before the row, and once the
 * contact has them; of what became of both the worse: no answer, or refused. */
int send_opt_out_both(struct send *g, struct send_row *r, bool has_it) ERR_MUST;

/* send_opt_out_elsewhere(g, r): DailyStory did not take the row, perhaps because a contact that
 * nobody here knows has the address: that one is told by the address, unless it just was.  Returns:
 * SEND_REJECTED. */
int send_opt_out_elsewhere(struct send *g, struct send_row *r) ERR_MUST;

/* All: Returns: enum send_result, or -1. */

#endif /* PUSH_SEND_OPT_OUT_H */
