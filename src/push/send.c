#include "push/send.h"

#include "dailystory/opt_outs.h"
#include "push/begun.h"
#include "push/owed.h"
#include "push/send_create.h"
#include "push/send_delete.h"
#include "push/send_look.h"
#include "push/send_status.h"
#include "push/send_tell.h"

#define CONTACT "/contact"
#define MOBILE STR("mobilePhone")

/* One customer at work. */
struct row {
	struct str fh_id;
	struct acked acked;
	struct wanted w;
};

static struct journal_line
line_of(const struct row *r, enum journal_op op)
{
	return (struct journal_line){
		.fh_id = r->fh_id, .op = op, .dsid = r->acked.dsid, .body = r->w.digest
	};
}

static int
load_row(struct send *g, struct row *r)
{
	return books_contact(g->x->books, &g->a, r->fh_id, &r->acked, g->e) < 0 ||
	               wanted_make(&g->a, g->x, r->fh_id, &r->acked, &r->w, g->e) < 0
	           ? -1
	           : 0;
}

/* Who was imported by hand is found first; then what is wanted is made anew, with the dsid. */
static int
find_contact(struct send *g, struct row *r)
{
	int rc = send_create(g, &r->w, &r->acked);

	return rc != SEND_DONE ? rc : load_row(g, r) < 0 ? -1 : SEND_DONE;
}

/* ---- The status */

/* The step of now (standing.h); behind it the facts are others. */
static int
settle(struct send *g, struct row *r, bool has_row)
{
	enum standing_step step;
	int rc;

	r->w.standing.has_row = has_row;
	step = standing_step(&r->w.standing);
	if (r->acked.dsid.n == 0 || step == STANDING_NOTHING)
		return SEND_DONE;
	rc = send_status(g, &r->w, &r->acked, step);
	return rc == SEND_DONE && load_row(g, r) < 0 ? -1 : rc;
}

static bool
is_waiting(struct send *g, const struct row *r)
{
	return !send_call_retries(g, 'c', r->fh_id) &&
	       wanted_waits(&r->w, &r->acked.letter, send_call_now(g));
}

/* It is in this push. */
static bool
has_row(struct send *g, const struct row *r)
{
	return wanted_is_pending(g->x, &r->w, &r->acked) && !is_waiting(g, r) &&
	       (!g->is_held || standing_protects(&r->w.standing));
}

/* DailyStory did not take the opt-out of an address that the contact has, or for long gave no
 * answer to it. */
static int
protect(struct send *g, struct row *r, bool is_late)
{
	int rc = SEND_DONE;

	if (load_row(g, r) < 0)
		return -1;
	if ((r->w.exposed > 0 || (is_late && r->w.standing.is_untold)) && r->acked.dsid.n == 0)
		rc = find_contact(g, r);
	if (is_late && r->w.standing.is_untold)
		r->w.standing.is_exposed = true;
	return rc == SEND_DONE && r->w.standing.is_exposed ? settle(g, r, false) : rc;
}

/* ---- Opt-outs */

/* Nobody is looked at while nobody answers, or asks to wait; one contact alone may be broken. */
static int
protect_late(struct send *g, struct row *r, unsigned channel, struct str address)
{
	bool is_silent = g->silent_looks >= SEND_LOOKS_MOST || g->asks_to_wait;
	int late = is_silent ? 0 : send_tell_is_late(g, channel, address);
	int rc = late <= 0 ? late : protect(g, r, true);

	return rc < 0 ? -1 : SEND_UNKNOWN;
}

/* An address that this contact has, or is about to have.  A flag is the contact's own; what is told
 * by address alone is told again once the contact has it. */
static int
tell_one(struct send *g, struct row *r, unsigned channel, struct str address, bool has_it)
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
tell_both(struct send *g, struct row *r, bool has_it)
{
	int email = tell_one(g, r, OPT_OUT_EMAIL, r->w.email, has_it);
	int text = email < 0 ? -1 : tell_one(g, r, OPT_OUT_TEXT, r->w.mobile, has_it);

	if (text < 0 || load_row(g, r) < 0)
		return -1;
	return email > text ? email : text;
}

/* ---- The whole */

/* Another customer's contact had the address that this one was to have. */
static int
note_taken(struct send *g, const struct row *r)
{
	const struct str addresses[] = { r->w.email, r->w.mobile };
	const unsigned channels[] = { OPT_OUT_EMAIL, OPT_OUT_TEXT };
	struct str holder;

	for (size_t i = 0; i < 2; i++) {
		struct str key = owed_key(channels[i]);
		int rc = addresses[i].n == 0
		             ? 0
		             : books_holder(g->x->books, &g->a, key,
		                   books_hash(g->x->books, key, addresses[i]), &holder, g->e);

		if (rc < 0)
			return -1;
		g->is_taken = g->is_taken || (rc > 0 && !str_eq(holder, r->fh_id));
	}
	return 0;
}

/* A mobile that refuses texts is to go: whether it does is not known of DailyStory, so it is looked
 * at; without an answer that says no, it is kept. */
static int
note_cleared(struct send *g, const struct row *r, const struct wanted_field *list,
    struct journal_field *fields, size_t n, bool *is_kept)
{
	int rc = SEND_DONE;

	for (size_t i = 0; i < r->w.fields_n && rc == SEND_DONE; i++) {
		const struct wanted_field *f = &list[i];
		struct send_look look;

		if (!f->is_changed || f->value.n > 0 || !str_eq(f->key, MOBILE))
			continue;
		rc = send_look(g, r->acked.dsid, MOBILE, &look);
		*is_kept = rc == SEND_DONE && (!look.is_read || look.value.n > 0);
	}
	for (size_t i = 0; i < n && *is_kept; i++)
		if (str_eq(fields[i].key, MOBILE))
			fields[i].hash = books_hash(g->x->books, MOBILE, STR(ACKED_KEPT));
	return rc;
}

/* One body with these fields. */
static int
send_fields(struct send *g, const struct row *r, const struct wanted_field *list,
    struct journal_line *x, struct caller_answer *c, struct send_refusal *why)
{
	int rc;

	*x = line_of(r, r->w.gone.n > 0 ? JOURNAL_GONE : JOURNAL_CONTACT);
	x->reason = r->w.gone;
	x->fields = wanted_fields_begun(&g->a, g->x->books, list, r->w.fields_n, &x->fields_n);
	buf_reset(&g->body);
	wanted_fields_body(&g->body, list, r->w.fields_n, r->acked.dsid);
	rc = send_call_ask(g,
	    (struct caller_request){ .method = HTTP_POST,
	        .path = CONTACT,
	        .body = buf_view(&g->body),
	        .dsid = r->acked.dsid,
	        .is_known = true,
	        .shape = ANSWER_CONTACT },
	    x, c, why);
	if (rc == SEND_REJECTED && send_call_refused(g, x, c) < 0)
		return -1;
	if (rc != SEND_DONE || !c->answer.is_deleted)
		return rc;
	*why = (struct send_refusal){ STR("deleted-in-dailystory"),
		str_copy(&g->a, c->answer.message) };
	return SEND_REJECTED;
}

/* All but the addresses that are new: perhaps another contact has one of them, and nothing else is
 * to wait for that; nor does it that a mobile goes, if an email remains. */
static int
send_rest(struct send *g, const struct row *r)
{
	bool clears = r->w.clears_mobile && g->x->push->clear == 0 &&
	              acked_field(&r->acked, STR("email")) != NULL;
	struct wanted_field *list;
	size_t n = r->w.fields_n;
	size_t left_out = wanted_fields_rest(&g->a, r->w.fields, n, clears, &list);
	struct send_refusal ignored;
	struct caller_answer c = { 0 };
	struct journal_field *fields;
	struct journal_line x;
	bool is_kept = false;
	int rc;

	rc = left_out == 0 ? SEND_REJECTED : send_fields(g, r, list, &x, &c, &ignored);
	if (rc != SEND_DONE)
		return rc == SEND_REJECTED ? SEND_DONE : rc;
	fields = wanted_fields_hashes(&g->a, g->x->books, list, n, &x.fields_n);
	x.fields = fields;
	rc = note_cleared(g, r, list, fields, x.fields_n, &is_kept);
	return rc != SEND_DONE ? rc : send_call_note(g, &x, &c) < 0 ? -1 : SEND_DONE;
}

/* Of a row that was refused: a mobile that refuses texts is there still; an email that the contact
 * was made inactive for is not, but it may have kept one that refuses as well. */
static int
settle_refused(struct send *g, const struct row *r, struct journal_line *letter)
{
	struct row now = { .fh_id = r->fh_id };
	int rc = send_rest(g, r);

	if (rc != SEND_DONE)
		return rc;
	if (load_row(g, &now) < 0)
		return -1;
	/* It waits for what is wanted now, a number less to be cleared. */
	if (now.w.mobile.n > 0)
		letter->body = now.w.digest;
	return settle(g, &now, false);
}

/* The dead letter comes last: who is killed before it does all of this again. */
static int
refuse_whole(struct send *g, struct row *r, struct journal_line x, const struct caller_answer *c,
    struct send_refusal why)
{
	bool is_alive =
	    str_eq(why.reason, STR("identity-taken")) || str_eq(why.reason, STR("refused"));
	int rc = is_alive ? settle_refused(g, r, &x) : SEND_DONE;

	if (rc < 0 || rc == SEND_UNKNOWN || note_taken(g, r) < 0)
		return rc == SEND_UNKNOWN ? rc : -1;
	return send_call_reject(g, x, c, why.reason, why.message);
}

/* The row has an address that refuses, and that the contact does not have. */
static bool
brings_refusal(const struct row *r)
{
	for (size_t i = 0; i < r->w.fields_n; i++) {
		const struct wanted_field *f = &r->w.fields[i];
		bool is_refused = (str_eq(f->key, MOBILE) && r->w.mobile_refused) ||
		                  (str_eq(f->key, STR("email")) && r->w.email_refused);

		if (f->is_changed && f->value.n > 0 && is_refused)
			return true;
	}
	return false;
}

/* Nothing else waits for a status that DailyStory refuses; it is tried again behind the row. */
static int
settle_before(struct send *g, struct row *r)
{
	int rc = settle(g, r, true);

	if (rc != SEND_REJECTED)
		return rc;
	if (load_row(g, r) < 0)
		return -1;
	return brings_refusal(r) || !str_eq(r->acked.letter.reason, STR("refused")) ? SEND_REJECTED
	                                                                            : SEND_DONE;
}

static int
send_once(struct send *g, struct row *r, bool *is_kept)
{
	struct journal_field *fields;
	struct journal_line x;
	struct caller_answer c = { 0 };
	struct send_refusal why;
	int rc = settle_before(g, r);

	if (rc != SEND_DONE)
		return rc;
	rc = send_fields(g, r, r->w.fields, &x, &c, &why);
	if (rc == SEND_REJECTED)
		return refuse_whole(g, r, x, &c, why);
	if (rc != SEND_DONE)
		return rc;
	fields = wanted_fields_hashes(&g->a, g->x->books, r->w.fields, r->w.fields_n, &x.fields_n);
	x.fields = fields;
	rc = note_cleared(g, r, r->w.fields, fields, x.fields_n, is_kept);
	return rc != SEND_DONE ? rc : send_call_note(g, &x, &c) < 0 ? -1 : SEND_DONE;
}

/* Who keeps a mobile that refuses texts becomes inactive. */
static int
send_whole(struct send *g, struct row *r)
{
	bool is_kept = false;
	int rc = send_once(g, r, &is_kept);

	if (rc != SEND_DONE || !is_kept)
		return rc;
	if (load_row(g, r) < 0)
		return -1;
	return r->w.is_changed ? send_once(g, r, &is_kept) : SEND_DONE;
}

/* Who is still there is not to be written to; unless nobody answers at all. */
static int
delete_contact(struct send *g, struct row *r)
{
	int rc = send_delete(g, &r->w, &r->acked), protected;

	if (rc < 0 || rc == SEND_DONE || g->silent_looks >= SEND_LOOKS_MOST || g->asks_to_wait)
		return rc;
	protected = load_row(g, r) < 0 ? -1 : settle(g, r, false);
	return protected < 0 ? -1 : r->acked.dsid.n == 0 ? SEND_DONE : rc;
}

/* DailyStory did not take the row, perhaps because a contact that nobody here knows has the
 * address: that one is told by the address. */
static int
opt_out_elsewhere(struct send *g, struct row *r)
{
	const struct str addresses[] = { r->w.email, r->w.mobile };
	const unsigned channels[] = { OPT_OUT_EMAIL, OPT_OUT_TEXT };

	for (size_t i = 0; i < 2; i++) {
		struct str key = owed_key(channels[i]), since;
		int rc = 0;

		if (addresses[i].n > 0 && owed_flag(g->x, channels[i]).n > 0 &&
		    !begun_is_sure(&r->acked, key, books_hash(g->x->books, key, addresses[i])))
			rc = send_tell_since(g, channels[i], addresses[i], &since);
		if (rc > 0)
			rc = send_tell(g, channels[i], addresses[i], since, r->fh_id, STR(""));
		if (rc < 0 || rc == SEND_UNKNOWN)
			return rc;
	}
	return SEND_REJECTED;
}

/* The contact is to have an address whose opt-out DailyStory did not take: it goes without, and the
 * row waits as the opt-out does. */
static int
send_blocked(struct send *g, struct row *r)
{
	struct journal_line x = line_of(r, JOURNAL_CONTACT);
	struct caller_answer none = { 0 };
	int rc = settle(g, r, true);

	if (rc == SEND_DONE)
		rc = settle_refused(g, r, &x);
	return rc != SEND_DONE ? rc
	                       : send_call_reject(g, x, &none, STR("refused"),
	                             STR("the opt-out of an address was refused"));
}

/* With the opt-outs before the row and behind it. */
static int
send_contact(struct send *g, struct row *r)
{
	int told = tell_both(g, r, false), rc;

	/* Whoever cannot be told is inactive by now, and what they have already may go. */
	if (told < 0 || (told == SEND_UNKNOWN &&
	                    (r->w.standing.owner == STANDING_NOBODYS || brings_refusal(r))))
		return told;
	if (r->w.is_blocked)
		return send_blocked(g, r);
	rc = send_whole(g, r);
	if (rc == SEND_REJECTED)
		return opt_out_elsewhere(g, r);
	if (rc != SEND_DONE || told == SEND_UNKNOWN)
		return rc == SEND_DONE ? told : rc;
	rc = tell_both(g, r, true);
	return rc == SEND_REJECTED ? SEND_DONE : rc;
}

static int
send_row(struct send *g, struct row *r)
{
	int rc = SEND_DONE;

	if (r->acked.is_deleting && !wanted_deletes(g->x, &r->w)) {
		rc = send_delete_known(g, &r->w, &r->acked);
		if (rc == SEND_DONE && load_row(g, r) < 0)
			return -1;
		if (rc != SEND_DONE || r->w.gone.n > 0)
			return rc;
	}
	if (r->acked.dsid.n == 0)
		rc = find_contact(g, r);
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
	return load_row(g, r) < 0 ? -1 : settle(g, r, false);
}

/* ---- An item */

/* What waited for the opt-out: a row that was refused with it, or that the contact is active. */
static int
follow(struct send *g, struct row *r, bool was_refused)
{
	if (load_row(g, r) < 0)
		return -1;
	if (was_refused && !g->is_held && is_waiting(g, r) &&
	    wanted_is_pending(g->x, &r->w, &r->acked))
		return send_row(g, r);
	/* What is for the row is done with it. */
	return has_row(g, r) ? SEND_DONE : settle(g, r, false);
}

static int
send_opt_out(struct send *g, const struct push_item *item)
{
	struct str key = owed_key(item->channel), address = item->address, dsid;
	uint64_t hash = books_hash(g->x->books, key, address);
	unsigned channel = item->channel;
	struct row r = { 0 };
	struct acked_opt_out told;
	bool needs;
	int rc = books_holder(g->x->books, &g->a, key, hash, &r.fh_id, g->e);

	if (rc == 0)
		r.fh_id = item->fh_id;
	if (rc > 0)
		rc = load_row(g, &r);
	dsid = owed_named(g->x, channel, hash, &r.acked,
	    str_eq(channel == OPT_OUT_EMAIL ? r.w.email : r.w.mobile, address));
	if (rc < 0 || books_opt_out(g->x->books, &g->a, key, hash, &told, g->e) < 0 ||
	    owed_needs(g->x, &g->a, channel, address, item->since, dsid, &needs, g->e) < 0)
		return -1;
	if (!needs)
		return SEND_DONE;
	rc = send_tell(g, channel, address, item->since, item->fh_id, dsid);
	if (rc < 0 || r.fh_id.n == 0)
		return rc;
	if (rc == SEND_DONE)
		return follow(g, &r, told.letter.tries > 0);
	if (rc == SEND_UNKNOWN)
		return protect_late(g, &r, channel, address);
	rc = protect(g, &r, false);
	return rc == SEND_DONE ? SEND_REJECTED : rc;
}

int
send_item(struct send *g, const struct push_item *item)
{
	struct row r = { .fh_id = item->fh_id };

	arena_reset(&g->a);
	g->is_taken = g->is_skipped = false;
	if (item->kind == PUSH_OPT_OUT)
		return send_opt_out(g, item);
	if (load_row(g, &r) < 0)
		return -1;
	return item->has_row && !g->is_stopped ? send_row(g, &r) : settle(g, &r, false);
}
