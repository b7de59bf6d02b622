#include "push/send_create.h"

#include "dailystory/opt_outs.h"
#include "push/begun.h"
#include "push/former.h"
#include "push/found_by.h"
#include "push/owed.h"
#include "push/send_bare.h"
#include "push/send_look.h"
#include "push/send_owner.h"

#define EMAIL STR("email")
#define MOBILE STR("mobilePhone")
#define STATUS STR("status")

static struct journal_line
line_of(const struct wanted *w)
{
	return (struct journal_line){ .fh_id = w->fh_id, .op = JOURNAL_CREATE, .body = w->digest };
}

/* Where the address itself refuses, or once did, it does so from the first call on; but not to find
 * who was imported by hand, where DailyStory does not take that. */
static int
find_flag(
    struct send *g, const struct wanted *w, struct str key, struct str address, struct str *flag)
{
	unsigned channel = owed_channel(key);
	struct acked_opt_out told;
	uint32_t since;
	bool was_refused;
	int is_refused = owed_find(g->x, channel, address, &since, g->e);

	*flag = STR("");
	if (is_refused < 0 ||
	    books_opt_out(
	        g->x->books, &g->a, key, books_hash(g->x->books, key, address), &told, g->e) < 0 ||
	    owed_was_refused(g->x, &g->a, channel, address, &told, &was_refused, g->e) < 0)
		return -1;
	if ((is_refused > 0 || told.is_acked || told.is_begun) && !(w->exposed > 0 && was_refused))
		*flag = owed_flag(g->x, channel);
	return 0;
}

/* Whether the address is to be taken for that of another customer's contact.  Where the books are
 * not certain DailyStory says, unless the call would tell that contact that it refuses.  Returns:
 * 1, 0, -1. */
static int
find_other(struct send *g, const struct wanted *w, const struct strays_address *by,
    struct str *holder, struct acked *other)
{
	uint64_t hash = books_hash(g->x->books, by->key, by->address);
	int rc = books_holder(g->x->books, &g->a, by->key, hash, holder, g->e);
	struct str flag;

	if (rc <= 0 || str_eq(*holder, w->fh_id))
		return rc < 0 ? -1 : 0;
	if (books_contact(g->x->books, &g->a, *holder, other, g->e) < 0)
		return -1;
	if (begun_is_sure(other, by->key, hash))
		return 1;
	return find_flag(g, w, by->key, by->address, &flag) < 0 ? -1 : flag.n > 0;
}

/* Nobody else's contact may be found: it would be written to in another's name. */
static int
check_free(struct send *g, const struct wanted *w, const struct strays_address *by)
{
	struct journal_line x = line_of(w);
	struct caller_answer none = { 0 };
	struct str holder;
	struct acked other;
	int rc = find_other(g, w, by, &holder, &other);

	if (rc <= 0)
		return rc < 0 ? -1 : SEND_DONE;
	g->is_taken = true;
	x.dsid = other.dsid;
	return send_call_reject(g, x, &none, STR("same-contact"),
	    str_printf(&g->a, "the %s is that of %.*s in DailyStory",
	        str_eq(by->key, EMAIL) ? "email" : "mobile number", STR_ARG(holder)));
}

/* The address alone: of a contact that turns out to be another's nothing is written. */
static void
put_create(struct send *g, const struct strays_address *by, struct str flag)
{
	struct buf *b = &g->body;

	buf_reset(b);
	buf_char(b, '{');
	buf_json(b, by->key);
	buf_char(b, ':');
	buf_json(b, by->address);
	if (flag.n > 0) {
		buf_char(b, ',');
		buf_json(b, flag);
		buf_z(b, ":true");
	}
	buf_char(b, '}');
}

/* Of a look that has a contact. */
static int
note_seen(
    struct send *g, const struct wanted *w, struct str value, struct journal_field *out, size_t *n)
{
	bool is_email = str_eq(out->key, EMAIL);
	struct str its = is_email ? w->email : answer_plain(&g->a, out->key, value);
	uint32_t since;
	int rc = 0;

	*n = is_email ? str_eq_nocase(value, its) : its.n > 0;
	/* With a flag, whoever has the number is told. */
	if (*n > 0 && !is_email && owed_flag(g->x, OPT_OUT_TEXT).n > 0)
		rc = owed_find(g->x, OPT_OUT_TEXT, its, &since, g->e);
	if (is_email || rc > 0)
		out->hash = books_hash(g->x->books, out->key, its);
	return rc < 0 ? -1 : 0;
}

/* What of the other address the contact that was found has, not from us.  A call, so only where it
 * may have to go, or to be told: without an answer there may be one. */
static int
see_other(
    struct send *g, const struct wanted *w, struct str dsid, struct journal_field *out, size_t *n)
{
	bool is_email = str_eq(out->key, EMAIL);
	bool matters = is_email ? w->email_refused : w->is_mobile_held || w->had_refused;
	struct send_look look;
	int rc = matters ? send_look(g, dsid, out->key, &look) : SEND_UNKNOWN;

	*n = matters || (!is_email && w->mobile.n == 0);
	if (rc == SEND_DONE && look.is_read)
		return note_seen(g, w, look.value, out, n);
	return rc < 0 ? -1 : 0;
}

/* The contact that was found may have the other address, too. */
static int
note_anothers(struct send *g, const struct wanted *w, const struct acked *acked,
    struct journal_line *x, struct journal_field fields[2])
{
	struct str key = str_eq(x->fields[0].key, EMAIL) ? MOBILE : EMAIL;
	size_t n = 0;

	fields[0] = x->fields[0];
	fields[1] = (struct journal_field){ key, ACKED_ANOTHERS };
	x->fields = fields;
	if (acked_field(acked, key) == NULL && see_other(g, w, x->dsid, &fields[1], &n) < 0)
		return -1;
	x->fields_n = 1 + n;
	return 0;
}

/* Of no create the address is known, so nothing can be done. */
static int
note_nobody(struct send *g, const struct wanted *w)
{
	struct caller_answer none = { 0 };
	struct journal_line x = line_of(w);

	x.op = JOURNAL_DELETE;
	x.result = JOURNAL_ACKED;
	x.reason = w->gone;
	return send_call_note(g, &x, &none) < 0 ? -1 : SEND_DONE;
}

/* Of who was erased not even the id is noted. */
static int
reject_others(
    struct send *g, struct journal_line x, const struct caller_answer *c, struct str owner)
{
	if (owner.n > 0)
		return send_call_reject(g, x, c, STR("same-contact"),
		    str_printf(&g->a, "DailyStory takes them for %.*s", STR_ARG(owner)));
	x.dsid = STR("");
	return send_call_reject(g, x, c, STR("same-contact"), FORMER_ERASED);
}

int
send_create_bind(struct send *g, const struct wanted *w, struct acked *acked, struct journal_line x,
    const struct caller_answer *c)
{
	struct journal_field fields[2];

	if (note_anothers(g, w, acked, &x, fields) < 0 || send_call_note(g, &x, c) < 0)
		return -1;
	return books_contact(g->x->books, &g->a, w->fh_id, acked, g->e) < 0 ? -1 : SEND_DONE;
}

int
send_create_ask(struct send *g, const struct wanted *w, struct strays_address by,
    struct journal_line *x, struct caller_answer *c, struct send_refusal *why)
{
	struct str flag;

	if (find_flag(g, w, by.key, by.address, &flag) < 0)
		return -1;
	put_create(g, &by, flag);
	return send_call_ask(g,
	    (struct caller_request){ .method = HTTP_POST,
	        .path = "/contact",
	        .body = buf_view(&g->body),
	        .shape = ANSWER_CONTACT },
	    x, c, why);
}

/* Of who was removed nobody knows that the address they had last was theirs: a contact that has
 * more is left as it is, unless it was theirs before. */
static int
bind_doubtful(struct send *g, const struct wanted *w, struct acked *acked,
    const struct strays_address *by, const struct journal_line *x, const struct caller_answer *c,
    enum send_owner who)
{
	const struct caller_answer none = { .answer = { .status = c->answer.status } };
	struct send_bare look;
	int rc = send_bare_look(g, w, by, x->dsid, &look);

	if (rc != SEND_DONE)
		return rc;
	if (look.is == SEND_BARE_REFUSED)
		return send_call_reject(g, line_of(w), &none, look.why.reason, look.why.message);
	if (look.is == SEND_BARE_NONE || who == SEND_OWNER_OTHER ||
	    (look.is == SEND_BARE_MORE && who == SEND_OWNER_NOBODY && !look.has_id))
		return send_bare_over(g, w->fh_id, x->fields, look.status, STR(""));
	return send_create_bind(g, w, acked, *x, c);
}

/* DailyStory found it, or made it. */
static int
bind(struct send *g, const struct wanted *w, struct acked *acked, const struct strays_address *by,
    const struct journal_line *x, const struct caller_answer *c)
{
	enum send_owner who;
	struct str owner;
	int rc = send_owner_find(g, w->fh_id, &x->fields[0], x->dsid, &who, &owner);

	if (rc != SEND_DONE)
		return rc;
	if (w->strays.is_doubtful)
		return bind_doubtful(g, w, acked, by, x, c, who);
	/* Who may be sent another one in this push. */
	g->is_taken = g->is_taken || (who == SEND_OWNER_OTHER && w->is_taken);
	if (who == SEND_OWNER_OTHER)
		return reject_others(g, *x, c, owner);
	return send_create_bind(g, w, acked, *x, c);
}

/* Find or make the contact by one address. */
static int
create(
    struct send *g, const struct wanted *w, struct acked *acked, struct str key, struct str address)
{
	struct journal_field field = { key, books_hash(g->x->books, key, address) };
	const struct strays_address by = { .key = key, .address = address };
	struct journal_line x = line_of(w);
	struct caller_answer c = { 0 };
	struct send_refusal why;
	int rc = check_free(g, w, &by);

	if (rc != SEND_DONE)
		return rc;
	x.fields = &field;
	x.fields_n = 1;
	rc = send_create_ask(g, w, by, &x, &c, &why);
	if (rc == SEND_REJECTED)
		return send_call_reject(g, x, &c, why.reason, why.message);
	if (rc != SEND_DONE)
		return rc;
	x.dsid = str_copy(&g->a, c.answer.id);
	return bind(g, w, acked, &by, &x, &c);
}

static int
reject_lost(struct send *g, const struct wanted *w)
{
	struct caller_answer none = { 0 };

	return send_call_reject(g, line_of(w), &none, ACKED_LOST,
	    STR("a contact may have been made, and its address is not known any more"));
}

/* It is found again, or made, by the same address, unless that went to another customer: so did the
 * contact.  ${key} and ${address}: what else it would be made by. */
static int
create_again(
    struct send *g, const struct wanted *w, struct acked *acked, struct str key, struct str address)
{
	const struct strays_address *own = &w->strays.own;
	struct str holder;
	struct acked other;
	int rc = own->address.n > 0 ? find_other(g, w, own, &holder, &other) : 1;

	if (rc < 0)
		return -1;
	if (own->address.n > 0 && (rc == 0 || w->gone.n > 0))
		return create(g, w, acked, own->key, own->address);
	if (address.n > 0)
		return create(g, w, acked, key, address);
	return w->strays.is_forgotten ? reject_lost(g, w) : SEND_DONE;
}

static int
find(struct send *g, const struct wanted *w, struct acked *acked)
{
	struct found_by by;
	struct str key;

	if (found_by(g->x, &g->a, w, acked, false, &by, g->e) < 0)
		return -1;
	key = owed_key(by.channel);
	if (w->is_erased && (acked->started_n > 0 || acked->letter.tries > 0))
		return w->strays.n == 0 ? note_nobody(g, w) : SEND_DONE;
	if (acked->started_n > 0)
		return create_again(g, w, acked, key, by.address);
	return by.address.n > 0 ? create(g, w, acked, key, by.address) : SEND_DONE;
}

int
send_create(struct send *g, struct send_row *r)
{
	int rc = find(g, &r->w, &r->acked);

	return rc != SEND_DONE ? rc : send_row_load(g, r) < 0 ? -1 : SEND_DONE;
}
