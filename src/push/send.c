#include "push/send.h"

#include "dailystory/opt_outs.h"
#include "push/owed.h"
#include "push/send_create.h"
#include "push/send_look.h"
#include "push/send_status.h"

#define CONTACT "/contact"
#define MOBILE STR("mobilePhone")

/* One customer at work. */
struct row {
	struct str fh_id;
	struct acked acked;
	struct wanted w;
};

/* ---- Calls */

/* Where the status says all. */
static int
call_and_note(struct send *g, struct caller_request q, struct journal_line *x)
{
	struct caller_answer c = { 0 };
	int rc = send_call(g, q, x, &c);

	return rc == SEND_DONE && send_call_note(g, x, &c) < 0 ? -1 : rc;
}

static struct journal_line
line_of(const struct row *r, enum journal_op op)
{
	return (struct journal_line){
		.fh_id = r->fh_id, .op = op, .dsid = r->acked.dsid, .body = r->w.digest
	};
}

/* ---- Opt-outs */

static void
put_opt_out(struct send *g, unsigned channel, struct str address, struct str dsid)
{
	struct str flag = owed_flag(g->x, channel);
	struct buf *b = &g->body;

	buf_reset(b);
	buf_z(b, flag.n == 0 ? "[{" : "{");
	buf_json(b, dsid.n > 0 && flag.n > 0 ? STR("dsId") : owed_key(channel));
	buf_char(b, ':');
	buf_json(b, dsid.n > 0 && flag.n > 0 ? dsid : address);
	if (flag.n == 0) {
		buf_z(b, "}]");
		return;
	}
	buf_char(b, ',');
	buf_json(b, flag);
	buf_z(b, ":true}");
}

/* ${dsid}: the contact that has the address or is to have it; empty: none is known. */
static int
opt_out(struct send *g, unsigned channel, struct str address, struct str since, struct str fh_id,
    struct str dsid)
{
	struct str key = owed_key(channel);
	struct journal_field field = { key, books_hash(g->x->books, key, address) };
	struct journal_line x = { .fh_id = fh_id,
		.op = channel == OPT_OUT_EMAIL ? JOURNAL_OPT_OUT_EMAIL : JOURNAL_OPT_OUT_TEXT,
		.dsid = dsid,
		.body = owed_body(g->x, &g->a, channel, since),
		.since = since,
		.fields = &field,
		.fields_n = 1 };
	bool has_flag = owed_flag(g->x, channel).n > 0;
	struct caller_answer c = { 0 };
	int rc;

	put_opt_out(g, channel, address, dsid);
	rc = send_call(g,
	    (struct caller_request){ .method = HTTP_POST,
	        .path = has_flag ? CONTACT : "/contact/optout/email",
	        .body = buf_view(&g->body),
	        .dsid = has_flag ? dsid : STR(""),
	        .is_known = dsid.n > 0 || !has_flag,
	        .shape = has_flag ? ANSWER_CONTACT : ANSWER_ANY },
	    &x, &c);
	/* By an address a contact may have been made, which nobody has. */
	if (has_flag && rc == SEND_DONE)
		x.dsid = str_copy(&g->a, c.answer.id);
	return rc == SEND_DONE && send_call_note(g, &x, &c) < 0 ? -1 : rc;
}

/* Since when an opt-out is owed to the address; if it is owed no more, but was sent once, since
 * then: DailyStory's opt-out stays with it, whoever has it.  Returns: 1, 0 none, -1. */
static int
find_since(struct send *g, unsigned channel, struct str address, struct str *since)
{
	struct str key = owed_key(channel);
	struct acked_opt_out told = { 0 };
	struct applied applied;
	uint32_t number;
	int rc = owed_find(g->x, channel, address, &number, g->e);

	if (rc > 0) {
		rc = state_applied_must(g->x->s, number, &applied, g->e);
		*since = applied.id;
		return rc < 0 ? -1 : 1;
	}
	if (rc == 0)
		rc = books_opt_out(
		    g->x->books, &g->a, key, books_hash(g->x->books, key, address), &told, g->e);
	*since = told.since;
	return rc <= 0 ? rc : told.is_acked;
}

/* An address that this contact has, or is about to have.  A flag is the contact's own; what is told
 * by address alone is told again once the contact has it. */
static int
opt_out_one(struct send *g, struct row *r, unsigned channel, struct str address, bool has_it)
{
	struct str flag = owed_flag(g->x, channel), since;
	struct str dsid = has_it || flag.n > 0 ? r->acked.dsid : STR("");
	bool needs;
	int rc = address.n == 0 ? 0 : find_since(g, channel, address, &since);

	if (rc <= 0 || (channel == OPT_OUT_TEXT && flag.n == 0))
		return rc < 0 ? -1 : SEND_DONE;
	if (owed_needs(g->x, &g->a, channel, address, since, dsid, &needs, g->e) < 0)
		return -1;
	return needs ? opt_out(g, channel, address, since, r->fh_id, dsid) : SEND_DONE;
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

/* DailyStory did not take the opt-out of an address that the contact has. */
static int
protect(struct send *g, struct str fh_id)
{
	struct row r = { .fh_id = fh_id };
	int rc = SEND_DONE;

	if (load_row(g, &r) < 0)
		return -1;
	if (r.w.exposed > 0 && r.acked.dsid.n == 0)
		rc = find_contact(g, &r);
	if (rc == SEND_DONE && r.w.exposed > 0 && r.acked.dsid.n > 0)
		rc = send_status_guard(g, &r.w, &r.acked);
	return rc == SEND_DONE ? SEND_REJECTED : rc;
}

static int
opt_out_both(struct send *g, struct row *r, bool has_it)
{
	int rc = opt_out_one(g, r, OPT_OUT_EMAIL, r->w.email, has_it);

	if (rc == SEND_DONE)
		rc = opt_out_one(g, r, OPT_OUT_TEXT, r->w.mobile, has_it);
	return rc == SEND_REJECTED ? protect(g, r->fh_id) : rc;
}

static int
send_opt_out(struct send *g, const struct push_item *item)
{
	struct str key = owed_key(item->channel), holder;
	struct acked acked = { 0 };
	bool needs;
	int rc = books_holder(
	    g->x->books, &g->a, key, books_hash(g->x->books, key, item->address), &holder, g->e);

	if (rc > 0)
		rc = books_contact(g->x->books, &g->a, holder, &acked, g->e);
	if (rc < 0 || owed_needs(g->x, &g->a, item->channel, item->address, item->since, acked.dsid,
	                  &needs, g->e) < 0)
		return -1;
	if (!needs)
		return SEND_DONE;
	rc = opt_out(g, item->channel, item->address, item->since, item->fh_id, acked.dsid);
	return rc == SEND_REJECTED && holder.n > 0 ? protect(g, holder) : rc;
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
note_cleared(
    struct send *g, const struct row *r, struct journal_field *fields, size_t n, bool *is_kept)
{
	int rc = SEND_DONE;

	for (size_t i = 0; i < r->w.fields_n && rc == SEND_DONE; i++) {
		const struct wanted_field *f = &r->w.fields[i];
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
	if (rc != SEND_DONE || !c->answer.is_deleted)
		return rc;
	*why = (struct send_refusal){ STR("deleted-in-dailystory"),
		str_copy(&g->a, c->answer.message) };
	return SEND_REJECTED;
}

/* All but the addresses that are new: perhaps another contact has one of them, and nothing else is
 * to wait for that. */
static int
send_rest(struct send *g, const struct row *r)
{
	size_t n = r->w.fields_n, left_out = 0;
	struct wanted_field *list = arena_array(&g->a, n, sizeof(*list));
	struct send_refusal ignored;
	struct caller_answer c = { 0 };
	struct journal_field *fields;
	struct journal_line x;
	bool is_kept = false;
	int rc;

	for (size_t i = 0; i < n; i++) {
		struct wanted_field *f = &list[i];

		*f = r->w.fields[i];
		if (!f->is_changed || f->value.n == 0 ||
		    (!str_eq(f->key, MOBILE) && !str_eq(f->key, STR("email"))))
			continue;
		f->is_changed = false;
		f->is_unsent = true;
		left_out++;
	}
	rc = left_out == 0 ? SEND_REJECTED : send_fields(g, r, list, &x, &c, &ignored);
	if (rc != SEND_DONE)
		return rc == SEND_REJECTED ? SEND_DONE : rc;
	fields = wanted_fields_hashes(&g->a, g->x->books, list, n, &x.fields_n);
	x.fields = fields;
	rc = note_cleared(g, r, fields, x.fields_n, &is_kept);
	if (rc != SEND_DONE)
		return rc;
	return send_call_note(g, &x, &c) < 0 ? -1 : SEND_DONE;
}

static bool
clears_mobile(const struct row *r)
{
	for (size_t i = 0; i < r->w.fields_n; i++)
		if (str_eq(r->w.fields[i].key, MOBILE) && r->w.fields[i].is_changed)
			return r->w.fields[i].value.n == 0;
	return false;
}

/* Of a row that was refused: who was to be inactive with it is so without; a mobile that refuses
 * texts is there still; an email that the contact was guarded from is not, but it may have kept one
 * that refuses as well. */
static int
settle_refused(struct send *g, const struct row *r)
{
	struct row now = { .fh_id = r->fh_id };
	int rc = send_rest(g, r);

	if (rc != SEND_DONE)
		return rc;
	if (load_row(g, &now) < 0)
		return -1;
	if (clears_mobile(&now) || now.w.makes_inactive)
		return send_status_guard(g, &now.w, &now.acked);
	return r->w.is_guarded && !now.w.has_untold ? send_status_lift(g, &now.w) : SEND_DONE;
}

/* The dead letter comes last: who is killed before it does all of this again. */
static int
refuse_whole(struct send *g, struct row *r, const struct journal_line *x,
    const struct caller_answer *c, struct send_refusal why)
{
	bool is_alive =
	    str_eq(why.reason, STR("identity-taken")) || str_eq(why.reason, STR("refused"));
	int rc = is_alive ? settle_refused(g, r) : SEND_DONE;

	if (rc < 0 || rc == SEND_UNKNOWN || note_taken(g, r) < 0)
		return rc == SEND_UNKNOWN ? rc : -1;
	return send_call_reject(g, *x, c, why.reason, why.message);
}

static int
send_once(struct send *g, struct row *r, bool *is_kept)
{
	struct journal_field *fields;
	struct journal_line x;
	struct caller_answer c = { 0 };
	struct send_refusal why;
	int rc = send_status_settle(g, &r->w, &r->acked);

	if (rc != SEND_DONE)
		return rc;
	rc = send_fields(g, r, r->w.fields, &x, &c, &why);
	if (rc == SEND_REJECTED)
		return refuse_whole(g, r, &x, &c, why);
	if (rc != SEND_DONE)
		return rc;
	fields = wanted_fields_hashes(&g->a, g->x->books, r->w.fields, r->w.fields_n, &x.fields_n);
	x.fields = fields;
	rc = note_cleared(g, r, fields, x.fields_n, is_kept);
	if (rc != SEND_DONE)
		return rc;
	return send_call_note(g, &x, &c) < 0 ? -1 : SEND_DONE;
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

static int
delete_contact(struct send *g, const struct row *r)
{
	struct journal_line x = line_of(r, JOURNAL_DELETE);

	x.reason = r->w.gone;
	return call_and_note(g,
	    (struct caller_request){
	        .method = HTTP_DELETE, .path = CONTACT "/", .id = r->acked.dsid, .is_known = true },
	    &x);
}

static int
send_gone(struct send *g, struct row *r)
{
	int rc = r->acked.dsid.n > 0 ? SEND_DONE : find_contact(g, r);

	if (rc != SEND_DONE || r->acked.dsid.n == 0)
		return rc;
	if (wanted_deletes(g->x, &r->w))
		return delete_contact(g, r);
	return send_whole(g, r);
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
		const uint64_t *has = acked_field(&r->acked, key);
		int rc = 0;

		if (addresses[i].n > 0 && owed_flag(g->x, channels[i]).n > 0 &&
		    (has == NULL || *has != books_hash(g->x->books, key, addresses[i])))
			rc = find_since(g, channels[i], addresses[i], &since);
		if (rc > 0)
			rc = opt_out(g, channels[i], addresses[i], since, r->fh_id, STR(""));
		if (rc < 0 || rc == SEND_UNKNOWN)
			return rc;
	}
	return SEND_REJECTED;
}

static int
send_contact(struct send *g, struct row *r)
{
	int rc = r->acked.dsid.n > 0 ? SEND_DONE : find_contact(g, r);

	if (rc == SEND_DONE)
		rc = opt_out_both(g, r, false);
	if (rc == SEND_DONE)
		rc = r->w.is_guarded ? send_status_guard(g, &r->w, &r->acked) : SEND_DONE;
	if (rc == SEND_DONE && !r->w.is_status_alone)
		rc = send_whole(g, r);
	if (rc == SEND_REJECTED)
		return opt_out_elsewhere(g, r);
	if (rc == SEND_DONE)
		rc = opt_out_both(g, r, true);
	if (rc != SEND_DONE || !r->w.is_guarded)
		return rc;
	/* Now that the contact was told, it may be active. */
	if (load_row(g, r) < 0)
		return -1;
	return r->w.is_guarded || r->w.gone.n > 0 ? SEND_DONE : send_status_lift(g, &r->w);
}

int
send_item(struct send *g, const struct push_item *item)
{
	struct row r = { .fh_id = item->fh_id };
	int rc;

	arena_reset(&g->a);
	g->is_taken = false;
	if (item->kind == PUSH_OPT_OUT)
		return send_opt_out(g, item);
	rc = load_row(g, &r);
	if (rc < 0)
		return -1;
	return r.w.gone.n > 0 ? send_gone(g, &r) : send_contact(g, &r);
}
