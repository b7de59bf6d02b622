#include "push/send_tell.h"

#include "base/timestamp.h"
#include "dailystory/opt_outs.h"
#include "push/letter.h"
#include "push/owed.h"
#include "push/send_owner.h"

#define CONTACT "/contact"
#define DELETED STR("deleted-in-dailystory")
/* The call by the address alone: so many without an answer, one after the other, while others are
 * answered, and it is not made any more. */
#define SILENCES_MOST 3
#define LATE (60 * 60 * TIMESTAMP_SECOND)

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

/* Nobody waits through all of its retries for each address, while DailyStory answers otherwise. */
static int
count_silence(struct send *g, int rc)
{
	struct caller_answer c = { 0 };

	g->silences = rc == SEND_UNKNOWN ? g->silences + 1 : 0;
	if (g->silences != SILENCES_MOST)
		return rc;
	if (caller_call(g->caller,
	        &(struct caller_request){ .method = HTTP_GET, .path = "/about", .is_known = true },
	        &c, g->e) < 0)
		return -1;
	g->is_deaf = c.answer.class == ANSWER_ACKED;
	if (g->is_deaf)
		g->silent_looks = 0;
	return rc;
}

/* By an address a contact may have been made, which nobody has.  One that was deleted may be there
 * again by it: then it is to go, and whoever was erased is not noted. */
static int
take_found(struct send *g, struct journal_line *x, struct str dsid)
{
	enum send_owner who;
	struct str owner;
	int rc;

	x->dsid = str_copy(&g->a, dsid);
	rc = send_owner_find(g, STR(""), x->fields, x->dsid, &who, &owner);
	if (rc == SEND_DONE && who == SEND_OWNER_OTHER && owner.n == 0)
		x->dsid = STR("");
	return rc;
}

/* Nothing is noted: what has to be told elsewhere first can be. */
static int
ask(struct send *g, unsigned channel, struct str address, struct journal_line *x,
    struct caller_answer *c, struct send_refusal *why)
{
	bool has_flag = owed_flag(g->x, channel).n > 0;
	struct str dsid = x->dsid;
	int rc;

	if (!has_flag && g->is_deaf) {
		g->is_skipped = true;
		return SEND_UNKNOWN;
	}
	put_opt_out(g, channel, address, dsid);
	rc = send_call_ask(g,
	    (struct caller_request){ .method = HTTP_POST,
	        .path = has_flag ? CONTACT : "/contact/optout/email",
	        .body = buf_view(&g->body),
	        .dsid = has_flag ? dsid : STR(""),
	        .is_known = dsid.n > 0 || !has_flag,
	        .shape = has_flag ? ANSWER_CONTACT : ANSWER_ANY },
	    x, c, why);
	if (rc < 0 || !has_flag)
		return rc < 0 ? -1 : count_silence(g, rc);
	if (rc == SEND_DONE && dsid.n > 0 && c->answer.is_deleted) {
		*why = (struct send_refusal){ DELETED, str_copy(&g->a, c->answer.message) };
		return SEND_REJECTED;
	}
	return rc == SEND_DONE && dsid.n == 0 ? take_found(g, x, c->answer.id) : rc;
}

static struct str
name_of(struct send *g, unsigned channel, struct str address)
{
	return str_printf(&g->a, "%c%.*s", (char)channel, STR_ARG(address));
}

static int
load_told(struct send *g, unsigned channel, struct str address, struct acked_opt_out *out)
{
	struct str key = owed_key(channel);
	uint64_t hash = books_hash(g->x->books, key, address);

	return books_opt_out(g->x->books, &g->a, key, hash, out, g->e);
}

/* The contact that had the address is gone: whoever has it now, whom nobody here knows of, is told
 * by it.  It may be the same one after all. */
static int
tell_anybody(struct send *g, unsigned channel, struct str address, struct journal_line x)
{
	struct str dsid = x.dsid;
	struct caller_answer c = { 0 };
	struct send_refusal ignored;
	int rc;

	x.dsid = STR("");
	rc = ask(g, channel, address, &x, &c, &ignored);
	if (rc != SEND_DONE)
		return rc;
	if (send_call_note(g, &x, &c) < 0)
		return -1;
	return str_eq(x.dsid, dsid) && !c.answer.is_deleted ? SEND_DONE : SEND_REJECTED;
}

/* The dead letter comes last: who is killed before it does all of this again. */
int
send_tell(struct send *g, unsigned channel, struct str address, struct str since, struct str fh_id,
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
	struct caller_answer c = { 0 };
	struct send_refusal why;
	int rc = ask(g, channel, address, &x, &c, &why);

	if (rc == SEND_DONE)
		return send_call_note(g, &x, &c) < 0 ? -1 : SEND_DONE;
	if (rc == SEND_REJECTED && dsid.n > 0 && str_eq(why.reason, DELETED))
		rc = tell_anybody(g, channel, address, x);
	if (rc != SEND_REJECTED)
		return rc;
	refused_add(&g->refused, 'o', name_of(g, channel, address));
	return send_call_reject(g, x, &c, why.reason, why.message);
}

static bool
is_waiting(struct send *g, unsigned channel, struct str address, struct str since,
    const struct acked_letter *letter)
{
	return letter_waits(letter, owed_body(g->x, &g->a, channel, since), send_call_now(g)) &&
	       !send_call_retries(g, 'o', name_of(g, channel, address));
}

int
send_tell_needed(
    struct send *g, unsigned channel, struct str address, struct str since, struct str dsid)
{
	struct acked_opt_out told;
	bool needs;

	if (owed_needs(g->x, &g->a, channel, address, since, dsid, &needs, g->e) < 0 ||
	    load_told(g, channel, address, &told) < 0)
		return -1;
	if (!needs)
		return SEND_DONE;
	return is_waiting(g, channel, address, since, &told.letter) ? SEND_REJECTED : SEND_UNKNOWN;
}

int
send_tell_went_by_address(struct send *g, unsigned channel, struct str address, struct str since)
{
	struct acked_opt_out told;

	if (load_told(g, channel, address, &told) < 0)
		return -1;
	return str_eq(told.letter.reason, DELETED) &&
	       is_waiting(g, channel, address, since, &told.letter);
}

int
send_tell_is_late(struct send *g, unsigned channel, struct str address)
{
	const struct host *h = g->x->books->host;
	struct applied since;
	uint32_t number;
	int rc = owed_find(g->x, channel, address, &number, g->e);

	if (rc > 0 && state_applied_must(g->x->s, number, &since, g->e) < 0)
		return -1;
	return rc <= 0 ? rc : timestamp_age(since.as_of, h->now(h->context)) >= LATE;
}
