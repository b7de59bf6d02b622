#include "push/send.h"

#include "dailystory/opt_outs.h"
#include "push/owed.h"
#include "push/pending.h"
#include "push/send_delete.h"
#include "push/send_look.h"
#include "push/send_tell.h"
#include "push/send_whole.h"

static bool
is_waiting(struct send *g, const struct send_row *r)
{
	return !send_call_retries(g, 'c', r->fh_id) &&
	       pending_waits(&r->w, &r->acked.letter, send_call_now(g));
}

/* It is in this push. */
static bool
has_row(struct send *g, const struct send_row *r)
{
	return pending_row(g->x, &r->w, &r->acked) && !is_waiting(g, r) &&
	       (!g->is_held || standing_protects(&r->w.standing));
}

/* DailyStory did not take the opt-out of an address that the contact has, or for long gave no
 * answer to it. */
static int
protect(struct send *g, struct send_row *r, bool is_late)
{
	int rc = SEND_DONE;

	if (send_row_load(g, r) < 0)
		return -1;
	if ((r->w.exposed > 0 || (is_late && r->w.standing.is_untold)) && r->acked.dsid.n == 0)
		rc = send_row_find(g, r);
	if (is_late && r->w.standing.is_untold)
		r->w.standing.is_exposed = true;
	return rc == SEND_DONE && r->w.standing.is_exposed ? send_row_settle(g, r, false) : rc;
}

/* ---- Opt-outs */

/* Nobody is looked at while nobody answers, or asks to wait; one contact alone may be broken. */
static int
protect_late(struct send *g, struct send_row *r, unsigned channel, struct str address)
{
	bool is_silent = g->silent_looks >= SEND_LOOKS_MOST || g->asks_to_wait;
	int late = is_silent ? 0 : send_tell_is_late(g, channel, address);
	int rc = late <= 0 ? late : protect(g, r, true);

	return rc < 0 ? -1 : SEND_UNKNOWN;
}

/* An address that this contact has, or is about to have.  A flag is the contact's own; what is told
 * by address alone is told again once the contact has it. */
static int
tell_one(struct send *g, struct send_row *r, unsigned channel, struct str address, bool has_it)
{
	struct str flag = owed_flag(g->x, channel), since;
	struct str dsid = has_it || flag.n > 0 ? r->acked.dsid : STR("");
	int rc = address.n == 0 ? 0 : send_tell_since(g, channel, address, &since);

	if (rc <= 0 || (channel == OPT_OUT_TEXT && flag.n == 0))
		return rc < 0 ? -1 : SEND_DONE;
	rc = send_tell_needed(g, channel, address, since, dsid);
	if (rc == SEND_UNKNOWN)
		rc = send_tell(g, channel, address, since, r->fh_id, dsid);
	return rc == SEND_UNKNOWN ? protect_late(g, r, channel, address) : rc;
}

/* Returns: of what became of both the worse: no answer, or refused. */
static int
tell_both(struct send *g, struct send_row *r, bool has_it)
{
	struct str mobile = r->w.mobile;
	int email = tell_one(g, r, OPT_OUT_EMAIL, r->w.email, has_it);
	int text = email < 0 ? -1 : tell_one(g, r, OPT_OUT_TEXT, mobile, has_it);

	if (text < 0 || send_row_load(g, r) < 0)
		return -1;
	return email > text ? email : text;
}

/* Who is still there is not to be written to; unless nobody answers at all. */
static int
delete_contact(struct send *g, struct send_row *r)
{
	int rc = send_delete(g, &r->w, &r->acked), protected;

	if (rc < 0 || rc == SEND_DONE || g->silent_looks >= SEND_LOOKS_MOST || g->asks_to_wait)
		return rc;
	protected = send_row_load(g, r) < 0 ? -1 : send_row_settle(g, r, false);
	return protected < 0 ? -1 : r->acked.dsid.n == 0 ? SEND_DONE : rc;
}

/* DailyStory did not take the row, perhaps because a contact that nobody here knows has the
 * address: that one is told by the address. */
static int
opt_out_elsewhere(struct send *g, struct send_row *r)
{
	const struct str addresses[] = { r->w.email, r->w.mobile };
	const unsigned channels[] = { OPT_OUT_EMAIL, OPT_OUT_TEXT };

	for (size_t i = 0; i < 2; i++) {
		struct str key = owed_key(channels[i]), since;
		const uint64_t *has = acked_field(&r->acked, key);
		int rc = 0;

		if (addresses[i].n > 0 && owed_flag(g->x, channels[i]).n > 0 &&
		    (has == NULL || *has != books_hash(g->x->books, key, addresses[i])))
			rc = send_tell_since(g, channels[i], addresses[i], &since);
		if (rc > 0)
			rc = send_tell(g, channels[i], addresses[i], since, r->fh_id, STR(""));
		if (rc < 0 || rc == SEND_UNKNOWN)
			return rc;
	}
	return SEND_REJECTED;
}

/* With the opt-outs before the row and after it. */
static int
send_contact(struct send *g, struct send_row *r)
{
	int told = tell_both(g, r, false), rc;

	/* Whoever cannot be told is inactive by now, and what they have already may go. */
	if (told < 0 || (told == SEND_UNKNOWN && (r->w.standing.owner == STANDING_NOBODYS ||
	                                             send_whole_brings_refusal(r))))
		return told;
	if (r->w.is_blocked)
		return send_whole_blocked(g, r);
	rc = send_whole(g, r);
	if (rc == SEND_REJECTED)
		return opt_out_elsewhere(g, r);
	if (rc != SEND_DONE || told == SEND_UNKNOWN)
		return rc == SEND_DONE ? told : rc;
	rc = tell_both(g, r, true);
	return rc == SEND_REJECTED ? SEND_DONE : rc;
}

static int
send_customer(struct send *g, struct send_row *r)
{
	int rc = SEND_DONE;

	if (r->acked.is_deleting && !wanted_deletes(g->x, &r->w)) {
		rc = send_delete_known(g, &r->w, &r->acked);
		if (rc == SEND_DONE && send_row_load(g, r) < 0)
			return -1;
		if (rc != SEND_DONE || r->w.gone.n > 0)
			return rc;
	}
	if (r->acked.dsid.n == 0)
		rc = send_row_find(g, r);
	if (rc == SEND_REJECTED && r->w.gone.n == 0)
		return opt_out_elsewhere(g, r);
	if (rc != SEND_DONE || r->acked.dsid.n == 0)
		return rc;
	if (wanted_deletes(g->x, &r->w))
		return delete_contact(g, r);
	rc = r->w.gone.n > 0 ? send_whole(g, r) : send_contact(g, r);
	if (rc != SEND_DONE)
		return rc;
	/* Now that all of it was taken. */
	return send_row_load(g, r) < 0 ? -1 : send_row_settle(g, r, false);
}

/* ---- An item */

/* What waited for the opt-out: a row that was refused with it, or that the contact is active. */
static int
follow(struct send *g, struct send_row *r, bool was_refused)
{
	if (send_row_load(g, r) < 0)
		return -1;
	if (was_refused && !g->is_held && is_waiting(g, r) && pending_row(g->x, &r->w, &r->acked))
		return send_customer(g, r);
	/* What is for the row is done with it. */
	return has_row(g, r) ? SEND_DONE : send_row_settle(g, r, false);
}

static int
send_opt_out(struct send *g, const struct push_item *item)
{
	struct str key = owed_key(item->channel), holder;
	uint64_t hash = books_hash(g->x->books, key, item->address);
	struct acked_opt_out told;
	struct acked acked = { 0 };
	struct send_row r = { .fh_id = item->fh_id };
	bool needs;
	int rc = books_holder(g->x->books, &g->a, key, hash, &holder, g->e);

	if (rc > 0) {
		r.fh_id = holder;
		rc = books_contact(g->x->books, &g->a, holder, &acked, g->e);
	}
	if (rc < 0 || books_opt_out(g->x->books, &g->a, key, hash, &told, g->e) < 0 ||
	    owed_needs(g->x, &g->a, item->channel, item->address, item->since, acked.dsid, &needs,
	        g->e) < 0)
		return -1;
	if (!needs)
		return SEND_DONE;
	rc = send_tell(g, item->channel, item->address, item->since, item->fh_id, acked.dsid);
	if (rc < 0 || r.fh_id.n == 0)
		return rc;
	if (rc == SEND_DONE)
		return follow(g, &r, told.letter.tries > 0);
	if (rc == SEND_UNKNOWN)
		return protect_late(g, &r, item->channel, item->address);
	rc = protect(g, &r, false);
	return rc == SEND_DONE ? SEND_REJECTED : rc;
}

int
send_item(struct send *g, const struct push_item *item)
{
	struct send_row r = { .fh_id = item->fh_id };

	arena_reset(&g->a);
	g->is_taken = g->is_skipped = false;
	if (item->kind == PUSH_OPT_OUT)
		return send_opt_out(g, item);
	if (send_row_load(g, &r) < 0)
		return -1;
	return item->has_row && !g->is_stopped ? send_customer(g, &r)
	                                       : send_row_settle(g, &r, false);
}
