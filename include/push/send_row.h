/* send_row.h -- one customer at work: what is acked, what is wanted, and the steps of both. */
#ifndef PUSH_SEND_ROW_H
#define PUSH_SEND_ROW_H

#include "push/send_call.h"
#include "push/wanted.h"

struct send_row {
	struct str fh_id;
	struct acked acked;
	struct wanted w;
};

/* send_row_line(r, op): the beginning of a line about it. */
struct journal_line send_row_line(const struct send_row *r, enum journal_op op);

/* send_row_load(g, r): as the books have it now.  Returns: 0, -1. */
int send_row_load(struct send *g, struct send_row *r) ERR_MUST;

/* send_row_settle(g, r, has_row): the step of the status that is due (standing.h); after it the
 * facts are others. */
int send_row_settle(struct send *g, struct send_row *r, bool has_row) ERR_MUST;

/* Both: Returns: enum send_result, or -1. */

/* send_row_waits(g, r): it was refused, and is not tried again yet; send_row_goes(g, r): it is in
 * this push. */
bool send_row_waits(struct send *g, const struct send_row *r);
bool send_row_goes(struct send *g, const struct send_row *r);

#endif /* PUSH_SEND_ROW_H */
