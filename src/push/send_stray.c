#include "push/send_stray.h"

#include "push/send_bare.h"
#include "push/send_create.h"
#include "push/send_delete.h"
#include "push/send_free.h"
#include "push/send_owner.h"
#include "push/send_look.h"

#define STATUS STR("status")

/* Of several that are refused the last one is why: one dead letter in a push. */
struct why {
	bool is_set;
	long status;
	struct str reason, message;
};

/* One at work. */
struct stray {
	const struct send_row *r;
	const struct strays_address *of;
	struct journal_field field;
	struct why *why;
};

static int
refuse(struct send *g, const struct stray *s, long status, struct str reason, struct str message)
{
	*s->why = (struct why){ true, status, reason, str_copy(&g->a, message) };
	return SEND_REJECTED;
}

static int
refuse_answer(struct send *g, const struct stray *s, const struct answer *answer)
{
	return refuse(g, s, answer->status, STR("refused"), answer->message);
}

/* It undoes no create: each of them may have made one. */
static int
note_letter(struct send *g, const struct send_row *r, const struct why *why)
{
	struct journal_line x = send_row_line(r, JOURNAL_CREATE);
	const struct caller_answer c = { .answer = { .status = why->status } };

	x.dsid = STR("");
	return send_call_reject(g, x, &c, why->reason, why->message);
}

/* A deletion that is answered with a 404: of who is erased it has to be gone for certain. */
static int
is_there(struct send *g, const struct stray *s, struct str dsid, bool *out)
{
	struct send_look look;
	int rc = s->r->w.is_erased ? send_look(g, dsid, STATUS, &look) : SEND_DONE;

	*out = rc == SEND_DONE && s->r->w.is_erased && look.is_there;
	return rc;
}

/* That there may be one is known until it is noted that there is none, so this call needs no line
 * before it. */
static int
delete_it(struct send *g, const struct stray *s, struct str dsid)
{
	struct caller_answer c = { 0 };
	bool is_left;
	int rc = SEND_DONE;

	if (send_call_delete(g, dsid, &c) < 0)
		return -1;
	if (c.answer.class == ANSWER_UNKNOWN)
		return SEND_UNKNOWN;
	is_left = c.answer.class == ANSWER_REJECTED;
	if (is_left && c.answer.status == 404) {
		c.answer.message = str_copy(&g->a, c.answer.message);
		rc = is_there(g, s, dsid, &is_left);
	}
	if (rc != SEND_DONE || is_left)
		return rc != SEND_DONE ? rc : refuse_answer(g, s, &c.answer);
	/* Whoever was refused for the address may have it now. */
	g->is_taken = true;
	if (send_free(g, s->of) < 0)
		return -1;
	return send_bare_over(g, s->r->fh_id, &s->field, c.answer.status, dsid);
}

/* Nobody else has that address.  Bound, it is made inactive if it cannot be deleted. */
static int
delete_theirs(struct send *g, const struct stray *s, const struct journal_line *x,
    const struct caller_answer *c)
{
	struct send_row now = { .fh_id = s->r->fh_id };
	int rc;

	if (send_row_load(g, &now) < 0)
		return -1;
	if (now.acked.dsid.n > 0)
		return delete_it(g, s, x->dsid);
	rc = send_create_bind(g, &now.w, &now.acked, *x, c);
	if (rc == SEND_DONE)
		rc = send_row_load(g, &now) < 0 ? -1 : send_delete_or_settle(g, &now);
	g->is_taken = g->is_taken || rc == SEND_DONE;
	return rc == SEND_DONE ? send_free(g, s->of) : rc;
}

static int
leave(struct send *g, const struct stray *s, struct str dsid, long status)
{
	if (s->of->is_theirs)
		host_note(g->x->books->host, NOTE_WARNING,
		    "contact %.*s in DailyStory has the address of somebody who was erased, and "
		    "more than was sent from here: delete it by hand if it is theirs",
		    STR_ARG(dsid));
	return send_bare_over(g, s->r->fh_id, &s->field, status, STR(""));
}

static int
look_at(struct send *g, const struct stray *s, const struct journal_line *x,
    const struct caller_answer *c)
{
	struct str dsid = x->dsid, owner;
	enum send_owner who;
	struct send_bare look;
	int rc = send_owner_find(g, s->r->fh_id, &s->field, dsid, &who, &owner);

	if (rc == SEND_DONE)
		rc = send_bare_look(g, &s->r->w, s->of, dsid, &look);
	if (rc != SEND_DONE)
		return rc;
	if (look.is == SEND_BARE_REFUSED)
		return refuse(g, s, look.status, look.why.reason, look.why.message);
	if (look.is == SEND_BARE_NONE || who == SEND_OWNER_SELF || who == SEND_OWNER_OTHER)
		return send_bare_over(g, s->r->fh_id, &s->field, look.status, STR(""));
	if (look.has_id && s->r->w.is_erased)
		return delete_theirs(g, s, x, c);
	if (look.is == SEND_BARE_MORE && who == SEND_OWNER_NOBODY)
		return leave(g, s, dsid, look.status);
	return s->of->is_theirs ? delete_theirs(g, s, x, c) : delete_it(g, s, dsid);
}

static int
settle(struct send *g, const struct stray *s)
{
	struct journal_line x = send_row_line(s->r, JOURNAL_CREATE);
	struct caller_answer c = { 0 };
	struct send_refusal why;
	int rc;

	if (s->of->is_settled)
		return send_bare_over(g, s->r->fh_id, &s->field, 0, STR(""));
	x.dsid = STR("");
	x.fields = &s->field;
	x.fields_n = 1;
	rc = send_create_ask(g, &s->r->w, *s->of, &x, &c, &why);
	if (rc == SEND_REJECTED)
		return refuse(g, s, c.answer.status, why.reason, why.message);
	if (rc != SEND_DONE)
		return rc;
	x.dsid = str_copy(&g->a, c.answer.id);
	return look_at(g, s, &x, &c);
}

/* Nobody answers at all. */
static bool
is_silent(const struct send *g)
{
	return g->asks_to_wait || g->silent_looks >= SEND_LOOKS_MOST;
}

int
send_stray_all(struct send *g, const struct send_row *r, bool has_letter)
{
	struct why why = { 0 };
	int worst = SEND_DONE;

	for (size_t i = 0; i < r->w.strays.n; i++) {
		const struct strays_address *of = &r->w.strays.list[i];
		const struct stray s = { .r = r,
			.of = of,
			.field = { of->key, books_hash(g->x->books, of->key, of->address) },
			.why = &why };
		int rc = is_silent(g) ? SEND_UNKNOWN : settle(g, &s);

		if (rc < 0)
			return -1;
		worst = rc > worst ? rc : worst;
	}
	return why.is_set && !has_letter && note_letter(g, r, &why) < 0 ? -1 : worst;
}
