#include "push/send_call.h"

#include "push/begun.h"
#include "push/fold_rows.h"

static struct str
reason_of(const struct answer *a, const struct caller_request *q)
{
	if (a->status == 404 && (q->dsid.n > 0 || q->id.n > 0))
		return STR("deleted-in-dailystory");
	return a->status == 409 ? STR("identity-taken") : STR("refused");
}

/* Several calls of one row may be refused. */
static void
add_letter(struct send *g, const struct journal_line *x)
{
	struct buf key = { 0 };

	if (x->segment.n > 0)
		refused_add(&g->letters, 's', x->segment);
	else if (x->op == JOURNAL_OPT_OUT_EMAIL || x->op == JOURNAL_OPT_OUT_TEXT)
		refused_add(
		    &g->letters, 'o', fold_rows_address(&key, x->fields[0].key, x->fields[0].hash));
	else
		refused_add(&g->letters, 'c', x->fh_id);
	buf_release(&key);
}

int
send_call_note(struct send *g, struct journal_line *x, const struct caller_answer *c)
{
	x->snapshot = g->is_held ? STR("") : g->x->last.id;
	x->http = (uint64_t)c->answer.status;
	x->tries = c->tries + c->may_be_second;
	x->ms = (uint64_t)(c->us / 1000);
	if (books_note(g->x->books, x, g->e) < 0)
		return -1;
	g->acked += x->result == JOURNAL_ACKED && x->http > 0;
	g->noted += x->result == JOURNAL_ACKED;
	if (x->result == JOURNAL_REJECTED)
		add_letter(g, x);
	g->rejected += x->result == JOURNAL_REJECTED;
	g->refusals += x->result == JOURNAL_REJECTED && x->http != 0;
	return 0;
}

int
send_call_reject(struct send *g, struct journal_line x, const struct caller_answer *c,
    struct str reason, struct str message)
{
	x.result = JOURNAL_REJECTED;
	x.reason = reason;
	x.message = message;
	x.fields_n = x.op == JOURNAL_OPT_OUT_EMAIL || x.op == JOURNAL_OPT_OUT_TEXT ? x.fields_n : 0;
	push_counts_add(&g->messages, message.n > 0 ? message : reason);
	return send_call_note(g, &x, c) < 0 ? -1 : SEND_REJECTED;
}

/* DailyStory wrote to a contact, again and again, but not to the one that was named. */
static int
refuse_other(
    struct send *g, struct journal_line *x, struct caller_answer *c, struct send_refusal *why)
{
	x->dsid = str_copy(&g->a, c->answer.id);
	why->reason = STR("same-contact");
	why->message = STR("DailyStory answers with another contact than the one named");
	return SEND_REJECTED;
}

/* A segment is found by its name, and nobody is taken out of it: it needs no such line. */
static bool
needs_begun(const struct journal_line *x)
{
	return x->op != JOURNAL_SEGMENT_NEW && x->op != JOURNAL_SEGMENT_ADD;
}

/* The answer of the call before goes to the disk with it. */
static int
begin(struct send *g, const struct journal_line *x)
{
	struct journal_line begun = { .fh_id = x->fh_id,
		.op = x->op,
		.result = JOURNAL_UNKNOWN,
		.dsid = x->dsid,
		.fields = x->fields,
		.fields_n = x->fields_n,
		.since = x->since };

	if (!needs_begun(x))
		return 0;
	return books_note(g->x->books, &begun, g->e) < 0 || books_sync(g->x->books, g->e) < 0 ? -1
	                                                                                      : 0;
}

int
send_call_refused(struct send *g, const struct journal_line *x, const struct caller_answer *c)
{
	struct journal_line refused = { .fh_id = x->fh_id,
		.op = x->op,
		.result = JOURNAL_UNKNOWN,
		.dsid = x->dsid,
		.http = (uint64_t)c->answer.status,
		.tries = c->tries + c->may_be_second,
		.reason = BEGUN_REFUSED };

	return books_note(g->x->books, &refused, g->e);
}

int
send_call_ask(struct send *g, struct caller_request q, struct journal_line *x,
    struct caller_answer *c, struct send_refusal *why)
{
	if (begin(g, x) < 0)
		return -1;
	q.number = g->x->books->last + 1;
	if (caller_call(g->caller, &q, c, g->e) < 0)
		return -1;
	g->asks_to_wait = g->asks_to_wait || c->asks_to_wait;
	if (c->answer.class != ANSWER_UNKNOWN)
		g->silent_looks = 0;
	if (c->answer.class == ANSWER_UNKNOWN)
		return c->is_other ? refuse_other(g, x, c, why) : SEND_UNKNOWN;
	if (c->answer.class == ANSWER_REJECTED) {
		why->reason = reason_of(&c->answer, &q);
		why->message = str_copy(&g->a, c->answer.message);
		return SEND_REJECTED;
	}
	x->result = JOURNAL_ACKED;
	return SEND_DONE;
}

int
send_call(struct send *g, struct caller_request q, struct journal_line *x, struct caller_answer *c)
{
	struct send_refusal why;
	int rc = send_call_ask(g, q, x, c, &why);

	return rc == SEND_REJECTED ? send_call_reject(g, *x, c, why.reason, why.message) : rc;
}

int
send_call_delete(struct send *g, struct str dsid, struct caller_answer *c)
{
	const struct caller_request q = { .method = HTTP_DELETE,
		.path = "/contact/",
		.id = dsid,
		.is_known = true,
		.number = g->x->books->last + 1 };
	int rc = caller_call(g->caller, &q, c, g->e);

	g->asks_to_wait = g->asks_to_wait || c->asks_to_wait;
	return rc;
}

int64_t
send_call_now(const struct send *g)
{
	const struct host *h = g->x->books->host;

	return h->now(h->context);
}

bool
send_call_retries(const struct send *g, char kind, struct str of)
{
	return g->retries && !refused_has(&g->refused, kind, of);
}

void
send_call_release(struct send *g)
{
	refused_release(&g->refused);
	refused_release(&g->letters);
	push_counts_release(&g->messages);
	arena_release(&g->a);
	buf_release(&g->body);
}
