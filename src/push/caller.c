#include "push/caller.h"

#include <stdio.h>

#include "base/interrupt.h"
#include "base/num.h"
#include "http/retry.h"
#include "http/secret.h"
#include "http/url.h"

#define MS INT64_C(1000)
#define BODY_LIMIT ((uint64_t)1 << 20)
#define EXAMPLE "https://us-1.dailystory.com"
#define PLACE_MOST 8 /* letters in front of the last hyphen: "us" */

/* A token ends in the id of its data centre: "...-us-1". */
static int
find_place(struct caller *c, struct str token, struct err *e)
{
	const char *last = token.n == 0 ? NULL : memrchr(token.p, '-', token.n);
	const char *before = last == NULL || last == token.p
	                         ? NULL
	                         : memrchr(token.p, '-', (size_t)(last - token.p));
	const char *place = before == NULL ? token.p : before + 1;
	size_t n = last == NULL ? 0 : (size_t)(last - place);
	struct str digits = last == NULL ? STR("") : str_from(token, (size_t)(last + 1 - token.p));
	uint64_t number;
	bool is_fine = n > 0 && n <= PLACE_MOST && digits.n < 4 && num_u64(digits, &number);

	for (size_t i = 0; is_fine && i < n; i++)
		is_fine = ascii_lower(place[i]) != ascii_upper(place[i]);
	if (!is_fine) {
		err_set(
		    e, ERR_SETTINGS, "the token does not end with its data centre, such as us-1");
		return err_advise(e,
		    "Set 'dailystory_url' to the address of your DailyStory, such as " EXAMPLE ".");
	}
	snprintf(c->url, sizeof(c->url), "https://%.*s-%.*s.dailystory.com", (int)n, place,
	    STR_ARG(digits));
	for (char *p = c->url; *p != '\0'; p++)
		*p = ascii_lower(*p);
	return 0;
}

int
caller_open(struct caller *c, const struct push_settings *push, struct str token,
    const char *ca_file, const struct host *host, struct err *e)
{
	struct exchange_settings x = { .base_url = push->url,
		.ca_file = ca_file,
		.timeout_s = push->timeout_s,
		.min_interval_ms = push->interval_ms,
		.body_limit = BODY_LIMIT };
	struct buf bearer = { 0 };

	*c = (struct caller){ .push = push, .host = host };
	if (push->limit_dir.n > 0)
		x.limit_dir = str_z(&c->arena, push->limit_dir);
	if (secret_check(token, "token", e) < 0)
		return err_advise(e, "It is what DAILYSTORY_TOKEN holds or, without that, the file "
		                     "that 'dailystory_token_file' names.");
	if (push->url.n == 0) {
		if (find_place(c, token, e) < 0)
			return -1;
		x.base_url = str_c(c->url);
	}
	if (url_check(x.base_url, "dailystory_url", EXAMPLE, &x.is_plain, e) < 0 ||
	    exchange_open(&c->x, &x, token, host, e) < 0)
		return -1;
	buf_reserve(&bearer, token.n + sizeof("Bearer "));
	buf_z(&bearer, "Bearer ");
	buf_str(&bearer, token);
	http_header(c->x.http, "Authorization", buf_view(&bearer));
	secret_wipe(&bearer);
	http_header(c->x.http, "Accept", STR("application/json"));
	http_header(c->x.http, "Content-Type", STR("application/json"));
	return 0;
}

static void
make_path(struct caller *c, const struct caller_request *q)
{
	buf_reset(&c->path);
	buf_z(&c->path, "/api/v1");
	buf_z(&c->path, q->path);
	buf_str(&c->path, q->id);
}

static const char *
method_name(enum http_method m)
{
	return m == HTTP_GET ? "GET" : m == HTTP_POST ? "POST" : "DELETE";
}

/* ${why} says what went wrong on the way; else the status does. */
static void
describe(struct caller *c, const struct err *why, struct err *e)
{
	const struct http_response *r = &c->x.transfer;

	if (r->fault != HTTP_FINE || why->kind != ERR_NONE)
		err_set(e, ERR_FAILED, "%s", why->msg);
	else if (r->location[0] != '\0')
		err_set(e, ERR_FAILED, "status %ld, a redirect to %s", r->status, r->location);
	else if (r->status >= 200 && r->status < 300)
		err_set(
		    e, ERR_FAILED, "status %ld with an answer that is not DailyStory's", r->status);
	else
		err_set(e, ERR_FAILED, "status %ld", r->status);
}

static int
say_failed(struct caller *c, const struct caller_request *q, const struct answer *answer,
    const struct err *why, struct err *e)
{
	if (answer->class == ANSWER_TOKEN) {
		err_set(e, ERR_SETTINGS, "DailyStory refused the token (%ld)", answer->status);
		return err_advise(e, "Put a token that is valid into the file that "
		                     "'dailystory_token_file' names, or into DAILYSTORY_TOKEN.");
	}
	describe(c, why, e);
	err_wrap(e, "%s %s", method_name(q->method), q->path);
	if (c->x.transfer.fault == HTTP_UNTRUSTED)
		return err_advise(e,
		    "The server could not be verified as DailyStory, so your token was not sent. "
		    "Check 'dailystory_url' and 'dailystory_ca_file'.");
	if (c->x.transfer.location[0] != '\0')
		return err_advise(e, "Redirects are not followed, because your token would be sent "
		                     "along. Check 'dailystory_url'.");
	return err_advise(e, "What was acknowledged is kept. If this happens again, DailyStory's "
	                     "API may have changed; please report it.");
}

static void
try_once(struct caller *c, const struct caller_request *q, struct answer *out, struct err *why)
{
	struct exchange *x = &c->x;

	arena_reset(&c->arena);
	if (exchange_call(x,
	        (struct http_request){
	            .method = q->method, .body = q->body, .id = q->number, .is_once = q->is_once },
	        buf_view(&c->path), why) == 0)
		why->kind = ERR_NONE;
	answer_read(
	    &c->arena, x->transfer.fault, x->transfer.status, x->body, q->is_known, q->shape, out);
	/* A body that cannot be decoded proves nothing. */
	if (why->kind != ERR_NONE && (out->class == ANSWER_ACKED || out->class == ANSWER_REJECTED))
		out->class = ANSWER_UNKNOWN;
	out->body = x->body;
	if (out->message.n > 0 &&
	    memmem(out->message.p, out->message.n, x->secret.p, x->secret.n) != NULL)
		out->message = STR("(not shown: the token is in it)");
}

int
caller_call(
    struct caller *c, const struct caller_request *q, struct caller_answer *out, struct err *e)
{
	const struct host *h = c->host;
	struct retry r = { .most = q->is_once ? 0 : c->push->retries,
		.base = retry_base(c->push->interval_ms) };
	int64_t begun = h->ticks(h->context), wait;

	*out = (struct caller_answer){ 0 };
	make_path(c, q);
	for (;; r.number++) {
		struct err why = ERR_INIT, said = ERR_INIT;

		if (interrupt_check(e) < 0)
			return -1;
		try_once(c, q, &out->answer, &why);
		out->is_other = out->answer.class == ANSWER_ACKED && q->dsid.n > 0 &&
		                !str_eq(q->dsid, out->answer.id);
		if (out->is_other)
			out->answer.class = ANSWER_UNKNOWN;
		out->tries = r.number + 1;
		out->may_be_second = c->x.transfer.may_be_second;
		out->us = h->ticks(h->context) - begun;
		if (out->answer.class == ANSWER_ACKED || out->answer.class == ANSWER_REJECTED)
			return 0;
		/* A call that was cut short is no answer to be judged. */
		if (interrupt_check(e) < 0)
			return -1;
		if (out->answer.class != ANSWER_UNKNOWN)
			return say_failed(c, q, &out->answer, &why, e);
		r.retry_after = exchange_retry_after(&c->x);
		out->asks_to_wait = r.retry_after > RETRY_AFTER_MOST;
		describe(c, &why, &said);
		if (!retry_wait(&r, h->random(h->context), &wait)) {
			err_wrap(&said, "%s %s", method_name(q->method), q->path);
			c->silence = said;
			host_note(h, NOTE_DETAIL, "%s; no answer after %ju %s", said.msg,
			    (uintmax_t)out->tries, out->tries == 1 ? "try" : "tries");
			return 0;
		}
		host_note(h, NOTE_DETAIL, "%s %s: %s; retrying in %lld ms", method_name(q->method),
		    q->path, said.msg, (long long)(wait / MS));
		c->retries++;
		h->sleep(h->context, wait);
	}
}

int
caller_fail_silent(const struct caller *c, bool asks_to_wait, struct err *e)
{
	if (asks_to_wait)
		return err_set(e, ERR_BUSY, "DailyStory asks for a wait of more than 15 minutes");
	return err_set(e, ERR_BUSY,
	    "DailyStory did not answer %d times in a row, the last time: %s", CALLER_SILENCES_MOST,
	    c->silence.msg);
}

void
caller_note_refused(
    struct caller *c, enum http_method method, const char *path, const struct answer *a)
{
	err_set(&c->silence, ERR_FAILED, "status %ld", a->status);
	err_wrap(&c->silence, "%s %s", method_name(method), path);
}

void
caller_close(struct caller *c)
{
	exchange_close(&c->x);
	arena_release(&c->arena);
	buf_release(&c->path);
	*c = (struct caller){ 0 };
}
