#include "push/send_status.h"

#include "push/send_look.h"

#define STATUS STR("status")
#define ACTIVE STR("Active")
#define INACTIVE STR(ACKED_INACTIVE)

static struct journal_line
line_of(const struct wanted *w, const struct acked *acked)
{
	return (struct journal_line){
		.fh_id = w->fh_id, .op = JOURNAL_STATUS, .dsid = acked->dsid, .body = w->digest
	};
}

/* By the answer to a look, or without a call. */
static int
note(struct send *g, const struct wanted *w, const struct acked *acked, struct str value,
    const struct caller_answer *seen)
{
	struct journal_field field = { STATUS, books_hash(g->x->books, STATUS, value) };
	struct journal_line x = line_of(w, acked);

	x.fields = &field;
	x.fields_n = 1;
	return send_call_note(g, &x, seen);
}

/* The deletion that was not answered was done. */
static int
note_deleted(
    struct send *g, const struct wanted *w, const struct acked *acked, const struct send_look *look)
{
	struct journal_line x = line_of(w, acked);

	x.op = JOURNAL_DELETE;
	x.result = JOURNAL_ACKED;
	x.reason = w->gone;
	return send_call_note(g, &x, &look->c) < 0 ? -1 : SEND_DONE;
}

/* By what was seen: no call that changes something was refused. */
static int
reject_seen(struct send *g, const struct wanted *w, const struct acked *acked,
    const struct send_look *look, struct str reason, struct str message)
{
	struct caller_answer c = look->c;

	c.tries = 0;
	c.may_be_second = false;
	return send_call_reject(g, line_of(w, acked), &c, reason, message);
}

/* Whom we deleted may be found again. */
static int
look_at(struct send *g, const struct wanted *w, const struct acked *acked, struct send_look *out)
{
	int rc = send_look(g, acked->dsid, STATUS, out);

	if (rc != SEND_DONE || out->is_there || acked->is_deleted)
		return rc;
	if (acked->is_deleting)
		return note_deleted(g, w, acked, out);
	return reject_seen(g, w, acked, out, STR("deleted-in-dailystory"), out->c.answer.message);
}

/* An answer without a status proves nothing. */
static bool
is_otherwise(const struct send_look *look, struct str status)
{
	return look->is_there && look->value.n > 0 && !str_eq_nocase(look->value, status);
}

/* DailyStory refused the call: perhaps it, or what lies between, had sent it twice, and the first
 * was done.  It was seen active just before. */
static int
refuse(struct send *g, const struct wanted *w, const struct acked *acked,
    const struct journal_line *x, const struct caller_answer *c, const struct send_refusal *why)
{
	struct send_look look;
	int rc = send_look(g, acked->dsid, STATUS, &look);

	if (rc != SEND_DONE)
		return rc;
	if (look.is_there && str_eq_nocase(look.value, INACTIVE))
		return note(g, w, acked, INACTIVE, &look.c);
	return send_call_reject(g, *x, c, why->reason, why->message);
}

static int
set(struct send *g, const struct wanted *w, const struct acked *acked, struct str value)
{
	struct wanted_field status = { .key = STATUS, .value = value };
	/* Also one that was ours already may be made so once more. */
	struct str begun = str_eq(value, INACTIVE) ? STR(ACKED_BEGUN) : value;
	struct journal_field field = { STATUS, books_hash(g->x->books, STATUS, begun) };
	struct journal_line x = line_of(w, acked);
	struct caller_answer c = { 0 };
	struct send_refusal why;
	int rc;

	x.fields = &field;
	x.fields_n = 1;
	buf_reset(&g->body);
	wanted_fields_body(&g->body, &status, 1, acked->dsid);
	rc = send_call_ask(g,
	    (struct caller_request){ .method = HTTP_POST,
	        .path = "/contact",
	        .body = buf_view(&g->body),
	        .dsid = acked->dsid,
	        .is_known = true,
	        .shape = ANSWER_CONTACT },
	    &x, &c, &why);
	field.hash = books_hash(g->x->books, STATUS, value);
	if (rc == SEND_REJECTED && str_eq(value, INACTIVE))
		return refuse(g, w, acked, &x, &c, &why);
	if (rc == SEND_REJECTED)
		return send_call_reject(g, x, &c, why.reason, why.message);
	if (rc != SEND_DONE)
		return rc;
	if (c.answer.is_deleted)
		return send_call_reject(g, x, &c, STR("deleted-in-dailystory"), c.answer.message);
	return send_call_note(g, &x, &c) < 0 ? -1 : SEND_DONE;
}

/* Without a status it counts as active: who is protected for nothing loses less. */
static int
make_inactive(struct send *g, const struct wanted *w, const struct acked *acked)
{
	bool is_ours = w->standing.owner == STANDING_BEGUN || w->standing.owner == STANDING_OURS;
	struct send_look look;
	int rc = look_at(g, w, acked, &look);

	if (rc != SEND_DONE || (!look.is_there && acked->is_deleting))
		return rc;
	if (is_otherwise(&look, ACTIVE))
		return note(g, w, acked, is_ours ? INACTIVE : STR(ACKED_THEIRS), &look.c);
	return set(g, w, acked, INACTIVE);
}

/* What others have made of it since is theirs; an answer without a status does not say that they
 * have made nothing. */
static int
make_active(struct send *g, const struct wanted *w, const struct acked *acked)
{
	struct send_look look;
	int rc = look_at(g, w, acked, &look);

	if (rc != SEND_DONE || (!look.is_there && acked->is_deleting))
		return rc;
	if (look.is_there && look.value.n == 0)
		return reject_seen(g, w, acked, &look, STR("refused"),
		    look.is_read ? STR("the answer has no status") : look.c.answer.message);
	return is_otherwise(&look, INACTIVE) ? note(g, w, acked, ACTIVE, &look.c)
	                                     : set(g, w, acked, ACTIVE);
}

static int
revive(struct send *g, const struct wanted *w, const struct acked *acked)
{
	struct send_look look;
	int rc = send_look(g, acked->dsid, STATUS, &look);

	return rc != SEND_DONE || look.is_there ? rc : set(g, w, acked, ACTIVE);
}

int
send_status(
    struct send *g, const struct wanted *w, const struct acked *acked, enum standing_step step)
{
	const struct caller_answer none = { 0 };

	switch (step) {
	case STANDING_MAKE_INACTIVE:
		return make_inactive(g, w, acked);
	case STANDING_MAKE_ACTIVE:
		return make_active(g, w, acked);
	case STANDING_REVIVE:
		return revive(g, w, acked);
	case STANDING_FORGET:
		return note(g, w, acked, ACTIVE, &none);
	case STANDING_NOTHING:
		break;
	}
	return SEND_DONE;
}
