#include "push/send.h"

#include "push/pending.h"
#include "push/send_create.h"
#include "push/send_delete.h"
#include "push/send_opt_out.h"
#include "push/send_stray.h"
#include "push/send_whole.h"

/* With the opt-outs before the row and after it. */
static int
send_contact(struct send *g, struct send_row *r)
{
	int told = send_opt_out_both(g, r, false), rc;

	/* Whoever cannot be told is inactive by now, and what they have already may go. */
	if (told < 0 || (told == SEND_UNKNOWN && (r->w.standing.owner == STANDING_NOBODYS ||
	                                             send_whole_brings_refusal(r))))
		return told;
	if (r->w.is_blocked)
		return send_whole_blocked(g, r);
	rc = send_whole(g, r);
	if (rc == SEND_REJECTED)
		return send_opt_out_elsewhere(g, r);
	if (rc != SEND_DONE || told == SEND_UNKNOWN)
		return rc == SEND_DONE ? told : rc;
	rc = send_opt_out_both(g, r, true);
	return rc == SEND_REJECTED ? SEND_DONE : rc;
}

static int
send_own(struct send *g, struct send_row *r)
{
	int rc = SEND_DONE;

	if (r->w.hold != WANTED_WHOLE)
		return SEND_DONE;
	if (r->acked.is_deleting && !wanted_deletes(g->x, &r->w)) {
		rc = send_delete_known(g, &r->w, &r->acked);
		if (rc == SEND_DONE && send_row_load(g, r) < 0)
			return -1;
		if (rc != SEND_DONE || r->w.gone.n > 0)
			return rc;
	}
	if (r->acked.dsid.n == 0)
		rc = send_create(g, r);
	if (rc == SEND_REJECTED && r->w.gone.n == 0)
		return send_opt_out_elsewhere(g, r);
	if (rc != SEND_DONE || r->acked.dsid.n == 0)
		return rc;
	if (wanted_deletes(g->x, &r->w))
		return send_delete_or_settle(g, r);
	rc = r->w.gone.n > 0 ? send_whole(g, r) : send_contact(g, r);
	if (rc != SEND_DONE)
		return rc;
	/* Now that all of it was taken. */
	return send_row_load(g, r) < 0 ? -1 : send_row_settle(g, r, false);
}

/* Of who was erased each contact is deleted that may be there, whatever came of the others. */
static int
send_erased(struct send *g, struct send_row *r)
{
	int rc = send_own(g, r), strays;

	if (rc < 0 || (rc == SEND_UNKNOWN && g->asks_to_wait))
		return rc;
	if (send_row_load(g, r) < 0)
		return -1;
	strays = send_stray_all(g, r, rc == SEND_REJECTED);
	if (strays < 0 || send_row_load(g, r) < 0)
		return -1;
	if (rc != SEND_DONE || strays != SEND_DONE)
		return rc == SEND_UNKNOWN || strays == SEND_DONE ? rc : strays;
	/* What is left is known by no address, or is why an earlier push did not end it. */
	return r->acked.started_n > 0 || r->acked.letter.tries > 0 ? send_own(g, r) : SEND_DONE;
}

/* With what else may have been made of them: nothing of that waits for their row, and where that
 * has no answer the next push tries both. */
static int
send_customer(struct send *g, struct send_row *r)
{
	bool has_strays = r->w.strays.n > 0;
	int rc, strays;

	if (r->w.is_erased)
		return send_erased(g, r);
	rc = pending_own(g->x, &r->w, &r->acked) ? send_own(g, r) : send_row_settle(g, r, false);
	if (rc < 0 || !has_strays)
		return rc;
	if (send_row_load(g, r) < 0)
		return -1;
	strays = send_stray_all(g, r, rc != SEND_DONE);
	return strays < 0 || strays > rc ? strays : rc;
}

/* ---- An item */

/* What waited for the opt-out: a row that was refused with it, or that the contact is active. */
static int
follow(struct send *g, struct send_row *r, bool was_refused)
{
	if (send_row_load(g, r) < 0)
		return -1;
	if (was_refused && !g->is_held && send_row_waits(g, r) &&
	    pending_row(g->x, &r->w, &r->acked))
		return send_customer(g, r);
	/* What is for the row is done with it. */
	return send_row_goes(g, r) ? SEND_DONE : send_row_settle(g, r, false);
}

static int
send_opt_out(struct send *g, const struct push_item *item)
{
	struct send_row r;
	bool was_refused;
	int rc = send_opt_out_item(g, item, &r, &was_refused);

	return rc == SEND_DONE && r.fh_id.n > 0 ? follow(g, &r, was_refused) : rc;
}

static int
send_one(struct send *g, const struct push_item *item)
{
	struct send_row r = { .fh_id = item->fh_id };

	if (item->kind == PUSH_OPT_OUT)
		return send_opt_out(g, item);
	if (send_row_load(g, &r) < 0)
		return -1;
	/* An erasure was asked for by name: no rule that was edited carelessly is behind it. */
	g->is_put_off = item->has_row && g->is_stopped && !r.w.is_erased;
	return item->has_row && !g->is_put_off ? send_customer(g, &r)
	                                       : send_row_settle(g, &r, false);
}

int
send_item(struct send *g, const struct push_item *item)
{
	arena_reset(&g->a);
	g->is_taken = g->is_skipped = g->is_put_off = false;
	return send_one(g, item);
}
