#include "push/send_row.h"

#include "push/pending.h"
#include "push/send_status.h"

struct journal_line
send_row_line(const struct send_row *r, enum journal_op op)
{
	return (struct journal_line){
		.fh_id = r->fh_id, .op = op, .dsid = r->acked.dsid, .body = r->w.digest
	};
}

int
send_row_load(struct send *g, struct send_row *r)
{
	return books_contact(g->x->books, &g->a, r->fh_id, &r->acked, g->e) < 0 ||
	               wanted_make(&g->a, g->x, r->fh_id, &r->acked, &r->w, g->e) < 0
	           ? -1
	           : 0;
}

/* The step of now (standing.h); after it the facts are others. */
int
send_row_settle(struct send *g, struct send_row *r, bool has_row)
{
	enum standing_step step;
	int rc;

	r->w.standing.has_row = has_row;
	step = standing_step(&r->w.standing);
	if (r->acked.dsid.n == 0 || step == STANDING_NOTHING)
		return SEND_DONE;
	rc = send_status(g, &r->w, &r->acked, step);
	return rc == SEND_DONE && send_row_load(g, r) < 0 ? -1 : rc;
}

bool
send_row_waits(struct send *g, const struct send_row *r)
{
	return !send_call_retries(g, 'c', r->fh_id) &&
	       pending_waits(g->x, &r->w, &r->acked, send_call_now(g));
}

bool
send_row_goes(struct send *g, const struct send_row *r)
{
	return pending_row(g->x, &r->w, &r->acked) && !send_row_waits(g, r) &&
	       (!g->is_held || standing_protects(&r->w.standing));
}
