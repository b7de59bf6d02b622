#include "push/send_whole.h"

#include "push/send_create.h"
#include "push/send_look.h"
#include "push/taken.h"

#define CONTACT "/contact"
#define MOBILE STR("mobilePhone")

/* A mobile that refuses texts is to go: whether it does is not known of DailyStory, so it is looked
 * at; without an answer that says no, it is kept. */
static int
note_cleared(struct send *g, const struct send_row *r, const struct wanted_field *list,
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
send_fields(struct send *g, const struct send_row *r, const struct wanted_field *list,
    struct journal_line *x, struct caller_answer *c, struct send_refusal *why)
{
	int rc;

	*x = send_row_line(r, r->w.gone.n > 0 ? JOURNAL_GONE : JOURNAL_CONTACT);
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

static int
send_part(struct send *g, const struct send_row *r, const struct wanted_field *list)
{
	struct send_refusal ignored;
	struct caller_answer c = { 0 };
	struct journal_field *fields;
	struct journal_line x;
	bool is_kept = false;
	int rc = send_fields(g, r, list, &x, &c, &ignored);

	if (rc != SEND_DONE)
		return rc;
	fields = wanted_fields_hashes(&g->a, g->x->books, list, r->w.fields_n, &x.fields_n);
	x.fields = fields;
	rc = note_cleared(g, r, list, fields, x.fields_n, &is_kept);
	if (rc != SEND_DONE)
		return rc;
	return send_call_note(g, &x, &c) < 0 ? -1 : SEND_DONE;
}

/* All but the addresses that are new, or but those that are known to be taken: nothing else is to
 * wait for them, for others may wait for what it replaces; nor does it that a mobile goes, if an
 * email remains. */
static int
send_rest(struct send *g, const struct send_row *r)
{
	bool clears = r->w.clears_mobile && g->x->push->clear == 0 &&
	              acked_field(&r->acked, STR("email")) != NULL;
	struct wanted_field *rest, *untaken;
	size_t n = r->w.fields_n;
	size_t all = wanted_fields_rest(&g->a, r->w.fields, n, false, clears, &rest);
	size_t taken = wanted_fields_rest(&g->a, r->w.fields, n, true, clears, &untaken);
	int rc = SEND_REJECTED;

	if (taken > 0 && taken < all && !send_whole_brings_refusal(r))
		rc = send_part(g, r, untaken);
	if (rc == SEND_REJECTED && all > 0)
		rc = send_part(g, r, rest);
	return rc == SEND_REJECTED ? SEND_DONE : rc;
}

/* Of a row that was refused: a mobile that refuses texts is there still; an email that the contact
 * was made inactive for is not, but it may have kept one that refuses as well. */
static int
settle_refused(struct send *g, const struct send_row *r, struct journal_line *letter)
{
	struct send_row now = { .fh_id = r->fh_id };
	int rc = send_rest(g, r);

	if (rc != SEND_DONE)
		return rc;
	if (send_row_load(g, &now) < 0)
		return -1;
	/* It waits for what is wanted now, a number less to be cleared. */
	if (now.w.mobile.n > 0)
		letter->body = now.w.digest;
	return send_row_settle(g, &now, false);
}

/* The dead letter comes last: who is killed before it does all of this again. */
static int
refuse_whole(struct send *g, struct send_row *r, struct journal_line x,
    const struct caller_answer *c, struct send_refusal why)
{
	bool is_alive =
	    str_eq(why.reason, STR("identity-taken")) || str_eq(why.reason, STR("refused"));
	int rc = is_alive ? settle_refused(g, r, &x) : SEND_DONE;

	if (rc < 0 || rc == SEND_UNKNOWN)
		return rc;
	/* Of another customer, who may be sent another one in this push. */
	g->is_taken = g->is_taken || r->w.is_taken;
	return send_call_reject(g, x, c, why.reason, why.message);
}

/* The row has an address that refuses, and that the contact does not have. */
bool
send_whole_brings_refusal(const struct send_row *r)
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

/* Nothing else waits for a status that DailyStory refuses; it is tried again after the row. */
static int
settle_before(struct send *g, struct send_row *r)
{
	int rc = send_row_settle(g, r, true);

	if (rc != SEND_REJECTED)
		return rc;
	if (send_row_load(g, r) < 0)
		return -1;
	return send_whole_brings_refusal(r) ||
	               !str_eq(r->acked.status_letter.reason, STR("refused"))
	           ? SEND_REJECTED
	           : SEND_DONE;
}

/* Whoever was imported by hand and has that address is found by it before it moves, also where
 * their own row comes later, or not at all. */
static int
find_holder(struct send *g, const struct send_row *r, const struct wanted_field *f)
{
	struct send_row other = { .fh_id = STR("") };
	int rc = taken_holder(g->x, &g->a, r->fh_id, f, &other.fh_id, g->e);

	if (rc <= 0)
		return rc < 0 ? -1 : SEND_DONE;
	if (send_row_load(g, &other) < 0)
		return -1;
	return taken_is_to_find(&other.acked) ? send_create(g, &other) : SEND_DONE;
}

/* One that is not found keeps it.  A refusal of that is none of another row. */
static int
find_holders(struct send *g, struct send_row *r)
{
	const struct send_refusal why = { STR("identity-taken"),
		STR("the contact that has the address was not found yet") };
	const struct caller_answer none = { 0 };
	uint64_t rejected = g->rejected;
	int rc = SEND_DONE;

	for (size_t i = 0; r->w.is_taken && i < r->w.fields_n && rc == SEND_DONE; i++)
		rc = find_holder(g, r, &r->w.fields[i]);
	g->rejected = rejected;
	return rc == SEND_REJECTED
	           ? refuse_whole(g, r, send_row_line(r, JOURNAL_CONTACT), &none, why)
	           : rc;
}

static int
send_once(struct send *g, struct send_row *r, bool *is_kept)
{
	struct journal_field *fields;
	struct journal_line x;
	struct caller_answer c = { 0 };
	struct send_refusal why;
	int rc = settle_before(g, r);

	if (rc == SEND_DONE)
		rc = find_holders(g, r);
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
	if (rc != SEND_DONE)
		return rc;
	return send_call_note(g, &x, &c) < 0 ? -1 : SEND_DONE;
}

/* Who keeps a mobile that refuses texts becomes inactive. */
int
send_whole(struct send *g, struct send_row *r)
{
	bool is_kept = false;
	int rc = send_once(g, r, &is_kept);

	if (rc != SEND_DONE || !is_kept)
		return rc;
	if (send_row_load(g, r) < 0)
		return -1;
	return r->w.is_changed ? send_once(g, r, &is_kept) : SEND_DONE;
}

/* The contact is to have an address whose opt-out DailyStory did not take: it goes without, and the
 * row waits as the opt-out does. */
int
send_whole_blocked(struct send *g, struct send_row *r)
{
	struct journal_line x = send_row_line(r, JOURNAL_CONTACT);
	struct caller_answer none = { 0 };
	int rc = send_row_settle(g, r, true);

	if (rc == SEND_DONE)
		rc = settle_refused(g, r, &x);
	return rc != SEND_DONE ? rc
	                       : send_call_reject(g, x, &none, STR("refused"),
	                             STR("the opt-out of an address was refused"));
}
