#include "push/send_opt_out.h"

#include "dailystory/opt_outs.h"
#include "push/begun.h"
#include "push/leaving.h"
#include "push/owed.h"
#include "push/push_tells.h"
#include "push/send_create.h"
#include "push/send_look.h"
#include "push/send_tell.h"

/* DailyStory did not take the opt-out of an address that the contact has, or for long gave no
 * answer to it. */
static int
protect(struct send *g, struct send_row *r, bool is_late)
{
	int rc = SEND_DONE;

	if (send_row_load(g, r) < 0)
		return -1;
	if ((r->w.exposed > 0 || (is_late && r->w.standing.is_untold)) && r->acked.dsid.n == 0)
		rc = send_create(g, r);
	if (is_late && r->w.standing.is_untold)
		r->w.standing.is_exposed = true;
	return rc == SEND_DONE && r->w.standing.is_exposed ? send_row_settle(g, r, false) : rc;
}

/* Nobody is looked at while nobody answers, or asks to wait; one contact alone may be broken. */
static int
protect_late(struct send *g, struct send_row *r, unsigned channel, struct str address)
{
	bool is_silent = g->silent_looks >= SEND_LOOKS_MOST || g->asks_to_wait;
	int late = is_silent ? 0 : send_tell_is_late(g, channel, address);
	int rc = late <= 0 ? late : protect(g, r, true);

	return rc < 0 ? -1 : SEND_UNKNOWN;
}

/* Another customer's contact has the address, and their row takes it away: told of it by the
 * address, that contact would be opted out by somebody else's refusal. */
static int
is_leaving(struct send *g, const struct send_row *r, unsigned channel, struct str address)
{
	struct send_row other = { .fh_id = STR("") };
	struct str key = owed_key(channel);
	int rc = books_holder(
	    g->x->books, &g->a, key, books_hash(g->x->books, key, address), &other.fh_id, g->e);

	if (rc <= 0 || str_eq(other.fh_id, r->fh_id))
		return rc < 0 ? -1 : 0;
	return send_row_load(g, &other) < 0
	           ? -1
	           : leaving_is(g->x, &other.w, &other.acked, channel, address);
}

/* An address that this contact has, or is about to have.  A flag is the contact's own; what is told
 * by address alone is told again once the contact has it. */
static int
tell_one(struct send *g, struct send_row *r, unsigned channel, struct str address, bool has_it)
{
	struct str flag = owed_flag(g->x, channel), since;
	struct str dsid = has_it || flag.n > 0 ? r->acked.dsid : STR("");
	int rc = address.n == 0 ? 0 : owed_since(g->x, &g->a, channel, address, &since, g->e);

	if (rc <= 0 || (channel == OPT_OUT_TEXT && flag.n == 0))
		return rc < 0 ? -1 : SEND_DONE;
	rc = dsid.n > 0 ? 0 : is_leaving(g, r, channel, address);
	if (rc != 0)
		return rc < 0 ? -1 : SEND_DONE;
	rc = send_tell_needed(g, channel, address, since, dsid);
	if (rc == SEND_UNKNOWN)
		rc = send_tell(g, channel, address, since, r->fh_id, dsid);
	return rc == SEND_UNKNOWN ? protect_late(g, r, channel, address) : rc;
}

int
send_opt_out_both(struct send *g, struct send_row *r, bool has_it)
{
	struct str mobile = r->w.mobile;
	int email = tell_one(g, r, OPT_OUT_EMAIL, r->w.email, has_it);
	int text = email < 0 ? -1 : tell_one(g, r, OPT_OUT_TEXT, mobile, has_it);

	if (text < 0 || send_row_load(g, r) < 0)
		return -1;
	return email > text ? email : text;
}

int
send_opt_out_elsewhere(struct send *g, struct send_row *r)
{
	const struct str addresses[] = { r->w.email, r->w.mobile };
	const unsigned channels[] = { OPT_OUT_EMAIL, OPT_OUT_TEXT };

	for (size_t i = 0; i < 2; i++) {
		struct str key = owed_key(channels[i]), since;
		int rc = 0, skips = 0;

		if (addresses[i].n > 0 && owed_flag(g->x, channels[i]).n > 0 &&
		    !begun_is_sure(&r->acked, key, books_hash(g->x->books, key, addresses[i])))
			rc = owed_since(g->x, &g->a, channels[i], addresses[i], &since, g->e);
		if (rc > 0)
			skips = is_leaving(g, r, channels[i], addresses[i]);
		if (rc > 0 && skips == 0)
			skips = send_tell_went_by_address(g, channels[i], addresses[i], since);
		if (skips < 0)
			return -1;
		if (rc > 0 && skips == 0)
			rc = send_tell(g, channels[i], addresses[i], since, r->fh_id, STR(""));
		if (rc < 0 || rc == SEND_UNKNOWN)
			return rc;
	}
	return SEND_REJECTED;
}

/* The holder was to leave the address first. */
static int
wait_for_row(struct send *g, struct send_row *r, const struct push_item *item)
{
	if (send_row_waits(g, r)) {
		r->fh_id = STR("");
		return SEND_DONE;
	}
	g->is_skipped = true;
	return protect_late(g, r, item->channel, item->address);
}

/* The one that has the address, or is to have it, and what is known of the first. */
static int
find_holder(struct send *g, const struct push_item *item, struct send_row *r, bool *has_it)
{
	struct str key = owed_key(item->channel);
	int rc = books_holder(
	    g->x->books, &g->a, key, books_hash(g->x->books, key, item->address), &r->fh_id, g->e);

	*has_it = rc > 0;
	if (rc <= 0)
		r->fh_id = item->fh_id;
	return rc < 0 || (r->fh_id.n > 0 && send_row_load(g, r) < 0) ? -1 : 0;
}

int
send_opt_out_item(
    struct send *g, const struct push_item *item, struct send_row *r, bool *was_refused)
{
	struct str key = owed_key(item->channel), dsid;
	uint64_t hash = books_hash(g->x->books, key, item->address);
	struct acked_opt_out told;
	bool needs, has_it, is_leaving;
	int rc;

	*r = (struct send_row){ .fh_id = STR("") };
	if (find_holder(g, item, r, &has_it) < 0)
		return -1;
	is_leaving = has_it && leaving_is(g->x, &r->w, &r->acked, item->channel, item->address);
	dsid =
	    has_it ? leaving_dsid(g->x, &r->w, &r->acked, item->channel, item->address) : STR("");
	if (books_opt_out(g->x->books, &g->a, key, hash, &told, g->e) < 0 ||
	    owed_needs(g->x, &g->a, item->channel, item->address, item->since, dsid, &needs, g->e) <
	        0)
		return -1;
	*was_refused = told.letter.tries > 0;
	if (needs && is_leaving)
		return wait_for_row(g, r, item);
	if (!needs || (item->is_moving && !has_it && r->fh_id.n > 0 &&
	                  push_tells_by_row(g->x, item->channel, &r->acked))) {
		r->fh_id = STR("");
		return SEND_DONE;
	}
	rc = send_tell(g, item->channel, item->address, item->since, item->fh_id, dsid);
	if (rc < 0 || r->fh_id.n == 0 || rc == SEND_DONE)
		return rc;
	if (rc == SEND_UNKNOWN)
		return protect_late(g, r, item->channel, item->address);
	rc = protect(g, r, false);
	return rc == SEND_DONE ? SEND_REJECTED : rc;
}
