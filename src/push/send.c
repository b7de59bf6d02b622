#include "push/send.h"

#include "base/pack.h"
#include "dailystory/opt_outs.h"
#include "push/owed.h"

#define CONTACT "/contact"
#define STATUS STR("status")

/* One customer at work. */
struct row {
	struct str fh_id;
	struct acked acked;
	struct wanted w;
};

/* ---- A call, and its note */

static struct str
reason_of(const struct answer *a, const struct caller_request *q)
{
	if (a->status == 404 && (q->dsid.n > 0 || q->id.n > 0))
		return STR("deleted-in-dailystory");
	return a->status == 409 ? STR("identity-taken") : STR("refused");
}

int
send_note(struct send *g, struct journal_line *x, const struct caller_answer *c)
{
	x->snapshot = g->x->last.id;
	x->http = (uint64_t)c->answer.status;
	x->tries = c->tries;
	x->ms = (uint64_t)(c->us / 1000);
	if (books_note(g->x->books, x, g->e) < 0)
		return -1;
	g->acked += x->result == JOURNAL_ACKED;
	g->rejected += x->result == JOURNAL_REJECTED;
	return 0;
}

static void
count_message(struct send *g, struct str message)
{
	struct push_counts *c = &g->messages;
	uint32_t i = intern_add(&c->names, message);

	c->n = mem_reach(c->n, i, &c->cap, sizeof(*c->n));
	c->n[i]++;
}

static int
reject(struct send *g, struct journal_line x, const struct caller_answer *c, struct str reason,
    struct str message)
{
	x.result = JOURNAL_REJECTED;
	x.reason = reason;
	x.message = message;
	x.fields_n = x.op == JOURNAL_OPT_OUT_EMAIL || x.op == JOURNAL_OPT_OUT_TEXT ? x.fields_n : 0;
	count_message(g, message.n > 0 ? message : reason);
	return send_note(g, &x, c) < 0 ? -1 : SEND_REJECTED;
}

/* DailyStory wrote to a contact, again and again, but not to the one that was named. */
static int
reject_other(struct send *g, struct journal_line x, const struct caller_answer *c)
{
	x.dsid = str_copy(&g->a, c->answer.id);
	return reject(g, x, c, STR("same-contact"),
	    STR("DailyStory answers with another contact than the one named"));
}

int
send_call(struct send *g, struct caller_request q, struct journal_line *x, struct caller_answer *c)
{
	q.number = g->x->books->last + 1;
	if (caller_call(g->caller, &q, c, g->e) < 0)
		return -1;
	g->asks_to_wait = g->asks_to_wait || c->asks_to_wait;
	if (c->answer.class == ANSWER_UNKNOWN)
		return c->is_other ? reject_other(g, *x, c) : SEND_UNKNOWN;
	if (c->answer.class == ANSWER_REJECTED)
		return reject(g, *x, c, reason_of(&c->answer, &q), c->answer.message);
	x->result = JOURNAL_ACKED;
	return SEND_DONE;
}

/* Where the status says all. */
static int
call_and_note(struct send *g, struct caller_request q, struct journal_line *x)
{
	struct caller_answer c = { 0 };
	int rc = send_call(g, q, x, &c);

	return rc == SEND_DONE && send_note(g, x, &c) < 0 ? -1 : rc;
}

static struct journal_line
line_of(const struct row *r, enum journal_op op)
{
	return (struct journal_line){
		.fh_id = r->fh_id, .op = op, .dsid = r->acked.dsid, .body = r->w.digest
	};
}

/* ---- Whose contact it is */

/* Nobody else's contact may be found: it would be written to in another's name. */
static int
check_free(struct send *g, const struct row *r, struct str key, struct str address)
{
	struct journal_line x = line_of(r, JOURNAL_CREATE);
	struct caller_answer none = { 0 };
	struct str holder;
	struct acked other;
	int rc = books_holder(
	    g->x->books, &g->a, key, books_hash(g->x->books, key, address), &holder, g->e);

	if (rc <= 0 || str_eq(holder, r->fh_id))
		return rc < 0 ? -1 : SEND_DONE;
	g->is_taken = true;
	if (books_contact(g->x->books, &g->a, holder, &other, g->e) < 0)
		return -1;
	x.dsid = other.dsid;
	return reject(g, x, &none, STR("same-contact"),
	    str_printf(&g->a, "the %s is that of %.*s in DailyStory",
	        str_eq(key, STR("email")) ? "email" : "mobile number", STR_ARG(holder)));
}

/* The address alone: of a contact that turns out to be another's nothing is written. */
static void
put_create(struct send *g, struct str key, struct str address, bool is_guarded)
{
	struct buf *b = &g->body;

	buf_reset(b);
	buf_char(b, '{');
	buf_json(b, key);
	buf_char(b, ':');
	buf_json(b, address);
	buf_z(b, is_guarded ? ",\"status\":\"Inactive\"}" : "}");
}

/* Its answer says which contact it is; it may be somebody else's. */
static int
bind(struct send *g, struct row *r, struct journal_line x, const struct caller_answer *c)
{
	struct str owner;
	int rc = books_owner(g->x->books, &g->a, c->answer.id, &owner, g->e);

	x.dsid = str_copy(&g->a, c->answer.id);
	if (rc < 0)
		return -1;
	if (rc > 0 && !str_eq(owner, r->fh_id))
		return reject(g, x, c, STR("same-contact"),
		    str_printf(&g->a, "DailyStory takes them for %.*s", STR_ARG(owner)));
	if (send_note(g, &x, c) < 0)
		return -1;
	return books_contact(g->x->books, &g->a, r->fh_id, &r->acked, g->e) < 0 ? -1 : SEND_DONE;
}

/* Find or make the contact by one address. */
static int
create(struct send *g, struct row *r, struct str key, struct str address)
{
	struct journal_field fields[] = { { key, books_hash(g->x->books, key, address) },
		{ STATUS, books_hash(g->x->books, STATUS, STR("Inactive")) } };
	struct journal_line x = line_of(r, JOURNAL_CREATE), begun = x;
	struct caller_answer c = { 0 };
	int rc = check_free(g, r, key, address);

	if (rc != SEND_DONE)
		return rc;
	begun.result = JOURNAL_UNKNOWN;
	if (send_note(g, &begun, &c) < 0)
		return -1;
	put_create(g, key, address, r->w.is_guarded);
	x.fields = fields;
	x.fields_n = r->w.is_guarded ? 2 : 1;
	rc = send_call(g,
	    (struct caller_request){ .method = HTTP_POST,
	        .path = CONTACT,
	        .body = buf_view(&g->body),
	        .shape = ANSWER_CONTACT },
	    &x, &c);
	return rc == SEND_DONE ? bind(g, r, x, &c) : rc;
}

static bool
is_acked_as(const struct send *g, const struct acked *x, struct str key, struct str value)
{
	const uint64_t *hash = acked_field(x, key);

	return hash != NULL && *hash == books_hash(g->x->books, key, value);
}

/* Of an address that was imported: what it was then, for by that the contact is found. */
static int
find_imported(struct send *g, const struct row *r, struct str *key, struct str *address)
{
	struct exported last;
	struct unpack u;
	struct str row;
	int rc = kv_get(g->x->s->txn, TABLE_EXPORTED, r->fh_id, &row, g->e);

	if (rc <= 0 || !row_exported_unpack(row, &last))
		return rc < 0 ? -1 : 0;
	for (u = unpack_of(last.addresses); !u.bad && u.p < u.end;) {
		struct str text = unpack_text(&u);
		struct str its = text.n == 0 ? STR("") : owed_key((unsigned char)text.p[0]);

		if (text.n < 2 || !is_acked_as(g, &r->acked, its, str_from(text, 1)))
			continue;
		*key = its;
		*address = str_from(text, 1);
		if (str_eq(its, STR("email")))
			break;
	}
	return 0;
}

/* By the email, unless that is refused and the mobile is not. */
static int
create_by_address(struct send *g, struct row *r)
{
	const struct wanted *w = &r->w;
	bool by_email = w->email.n > 0 && (!w->email_refused || w->mobile.n == 0);
	struct str key = by_email ? STR("email") : STR("mobilePhone");
	struct str address = by_email ? w->email : w->mobile;

	if (r->acked.is_imported && find_imported(g, r, &key, &address) < 0)
		return -1;
	return address.n == 0 ? SEND_DONE : create(g, r, key, address);
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
		.since = since,
		.fields = &field,
		.fields_n = 1 };
	bool has_flag = owed_flag(g->x, channel).n > 0;

	put_opt_out(g, channel, address, dsid);
	return call_and_note(g,
	    (struct caller_request){ .method = HTTP_POST,
	        .path = has_flag ? CONTACT : "/contact/optout/email",
	        .body = buf_view(&g->body),
	        .dsid = has_flag ? dsid : STR(""),
	        .is_known = dsid.n > 0 || !has_flag,
	        .shape = has_flag ? ANSWER_CONTACT : ANSWER_ANY },
	    &x);
}

/* Since when an opt-out is owed to the address; if it is owed no more, but was sent once, since
 * then: DailyStory's opt-out stays with it, whoever has it.  Returns: 1, 0 none, -1. */
static int
find_since(struct send *g, unsigned channel, struct str address, struct str *since)
{
	struct str key = owed_key(channel);
	struct acked_opt_out told;
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
opt_out_both(struct send *g, struct row *r, bool has_it)
{
	int rc = opt_out_one(g, r, OPT_OUT_EMAIL, r->w.email, has_it);

	return rc == SEND_DONE ? opt_out_one(g, r, OPT_OUT_TEXT, r->w.mobile, has_it) : rc;
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
	return opt_out(g, item->channel, item->address, item->since, item->fh_id, acked.dsid);
}

/* ---- The whole */

static int
load_row(struct send *g, struct row *r)
{
	return books_contact(g->x->books, &g->a, r->fh_id, &r->acked, g->e) < 0 ||
	               wanted_make(&g->a, g->x, r->fh_id, &r->acked, &r->w, g->e) < 0
	           ? -1
	           : 0;
}

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

static int
send_whole(struct send *g, const struct row *r)
{
	struct journal_line x = line_of(r, r->w.gone.n > 0 ? JOURNAL_GONE : JOURNAL_CONTACT);
	struct caller_answer c = { 0 };
	int rc;

	x.reason = r->w.gone;
	x.fields = wanted_hashes(&g->a, g->x, &r->w, &x.fields_n);
	buf_reset(&g->body);
	wanted_body(&g->body, &r->w, r->acked.dsid);
	rc = send_call(g,
	    (struct caller_request){ .method = HTTP_POST,
	        .path = CONTACT,
	        .body = buf_view(&g->body),
	        .dsid = r->acked.dsid,
	        .is_known = true,
	        .shape = ANSWER_CONTACT },
	    &x, &c);
	if (rc == SEND_REJECTED && note_taken(g, r) < 0)
		return -1;
	if (rc != SEND_DONE)
		return rc;
	if (c.answer.is_deleted)
		return reject(g, x, &c, STR("deleted-in-dailystory"), c.answer.message);
	return send_note(g, &x, &c) < 0 ? -1 : SEND_DONE;
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

/* Who was imported by hand is found first; then what is wanted is made anew, with the dsid. */
static int
find_contact(struct send *g, struct row *r)
{
	int rc = create_by_address(g, r);

	return rc != SEND_DONE ? rc : load_row(g, r) < 0 ? -1 : SEND_DONE;
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

static int
send_contact(struct send *g, struct row *r)
{
	int rc = r->acked.dsid.n > 0 ? SEND_DONE : find_contact(g, r);

	if (rc == SEND_DONE)
		rc = opt_out_both(g, r, false);
	if (rc == SEND_DONE)
		rc = send_whole(g, r);
	if (rc == SEND_DONE)
		rc = opt_out_both(g, r, true);
	if (rc != SEND_DONE || !r->w.is_guarded)
		return rc;
	/* Now that the contact was told, it may be active. */
	if (load_row(g, r) < 0)
		return -1;
	return r->w.is_changed ? send_whole(g, r) : SEND_DONE;
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

void
send_release(struct send *g)
{
	intern_release(&g->messages.names);
	mem_free(g->messages.n);
	arena_release(&g->a);
	buf_release(&g->body);
}
