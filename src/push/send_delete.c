#include "push/send_delete.h"

#include "push/send_look.h"

/* It was done before, and the answer never came; or it cannot be done. */
static int
ask_again(struct send *g, struct journal_line *x, struct str dsid, struct caller_answer *c,
    struct send_refusal *why)
{
	struct send_look look;
	int rc = send_look(g, dsid, STR("status"), &look);

	if (rc != SEND_DONE)
		return rc;
	/* Nobody saw that it is there: a deletion before this one may have been done. */
	if (look.is_there && !look.is_read) {
		*c = look.c;
		c->tries = 0;
		*why =
		    (struct send_refusal){ STR("refused"), str_copy(&g->a, look.c.answer.message) };
		return SEND_REJECTED;
	}
	if (look.is_there) {
		*why = (struct send_refusal){ STR("refused"),
			STR("DailyStory answers 404 to the deletion of a contact that it has") };
		return SEND_REJECTED;
	}
	x->result = JOURNAL_ACKED;
	return SEND_DONE;
}

static struct journal_line
line_of(const struct wanted *w, const struct acked *acked)
{
	return (struct journal_line){
		.fh_id = w->fh_id, .op = JOURNAL_DELETE, .dsid = acked->dsid, .body = w->digest
	};
}

int
send_delete(struct send *g, const struct wanted *w, const struct acked *acked)
{
	struct journal_line x = line_of(w, acked);
	struct caller_answer c = { 0 };
	struct send_refusal why;
	int rc;

	rc = send_call_ask(g,
	    (struct caller_request){
	        .method = HTTP_DELETE, .path = "/contact/", .id = acked->dsid, .is_known = true },
	    &x, &c, &why);
	if (rc == SEND_REJECTED && c.answer.status == 404)
		rc = ask_again(g, &x, acked->dsid, &c, &why);
	if (rc == SEND_REJECTED)
		return send_call_reject(g, x, &c, why.reason, why.message);
	x.reason = w->gone;
	return rc == SEND_DONE && send_call_note(g, &x, &c) < 0 ? -1 : rc;
}

int
send_delete_or_settle(struct send *g, struct send_row *r)
{
	int rc = send_delete(g, &r->w, &r->acked), protected;

	if (rc < 0 || rc == SEND_DONE || g->silent_looks >= SEND_LOOKS_MOST || g->asks_to_wait)
		return rc;
	protected = send_row_load(g, r) < 0 ? -1 : send_row_settle(g, r, false);
	return protected < 0 ? -1 : r->acked.dsid.n == 0 ? SEND_DONE : rc;
}

int
send_delete_known(struct send *g, const struct wanted *w, const struct acked *acked)
{
	struct journal_line x = line_of(w, acked);
	struct send_look look;
	int rc = send_look(g, acked->dsid, STR("status"), &look);

	if (rc != SEND_DONE)
		return rc;
	if (!look.is_there)
		x.reason = w->gone;
	else
		x.op = look.is_read ? JOURNAL_MOOT : JOURNAL_CONTACT;
	/* A refusal does not say that it is there: the deletion stays begun. */
	look.c.tries = 0;
	if (x.op == JOURNAL_CONTACT)
		return send_call_reject(g, x, &look.c, STR("refused"), look.c.answer.message);
	x.result = JOURNAL_ACKED;
	return send_call_note(g, &x, &look.c) < 0 ? -1 : SEND_DONE;
}
