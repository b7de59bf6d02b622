#include "http/exchange.h"

#include "http/retry.h"
#include "lib/gz.h"

#define MS INT64_C(1000)
#define CONNECT_MS_MOST 30000
#define STALL_PART 4 /* of the whole call's time */
#define STALL_MS_LEAST 1000
#define QUOTE_MOST 160 /* bytes of an error's body in a message */
#define TOO_MANY 429   /* the status */

static struct http_settings
http_settings_of(const struct exchange_settings *s)
{
	uint64_t whole = s->timeout_s * 1000;
	uint64_t stall = whole / STALL_PART;

	return (struct http_settings){
		.ca_file = s->ca_file,
		.connect_ms = whole < CONNECT_MS_MOST ? whole : CONNECT_MS_MOST,
		.whole_ms = whole,
		.stall_ms = stall < STALL_MS_LEAST ? STALL_MS_LEAST : stall,
		.body_limit = s->body_limit,
		.is_plain = s->is_plain,
	};
}

int
exchange_open(struct exchange *x, const struct exchange_settings *s, struct str secret,
    const struct host *host, struct err *e)
{
	const struct http_settings http = http_settings_of(s);

	*x = (struct exchange){ .host = host,
		.base_url = s->base_url,
		.secret = secret,
		.body_limit = s->body_limit,
		.pace = { .interval = (int64_t)s->min_interval_ms * MS } };
	if (s->limit_dir != NULL && limit_open(&x->limit, s->limit_dir, s->base_url, e) < 0)
		return -1;
	x->http = http_new(&http, e);
	return x->http == NULL ? -1 : 0;
}

/* The body as it was before it was compressed for the transfer. */
static int
decode(struct exchange *x, struct err *e)
{
	struct http_response *r = &x->transfer;
	struct gz_stream *s;
	int rc;

	x->body = buf_view(&r->body);
	if (r->coding[0] == '\0' || strcmp(r->coding, "identity") == 0)
		return 0;
	if (strcmp(r->coding, "gzip") != 0 && strcmp(r->coding, "x-gzip") != 0)
		return err_set(e, ERR_FAILED,
		    "the body is encoded as '%s', which was not requested", r->coding);
	buf_reset(&x->inflated);
	s = gz_stream_new(x->body_limit);
	rc = gz_stream_put(s, r->body.p, r->body.n, &x->inflated, e);
	if (rc == 0)
		rc = gz_stream_end(s, e);
	gz_stream_free(s);
	x->body = buf_view(&x->inflated);
	if (rc < 0 && x->inflated.n >= x->body_limit)
		r->fault = HTTP_TOO_LARGE;
	return rc;
}

int
exchange_call(struct exchange *x, struct http_request q, struct str path, struct err *e)
{
	int rc;

	buf_reset(&x->url);
	buf_str(&x->url, x->base_url);
	while (x->url.n > 0 && x->url.p[x->url.n - 1] == '/')
		x->url.n--;
	buf_str(&x->url, path);
	buf_char(&x->url, '\0');
	q.url = x->url.p;
	pace_wait(&x->pace, x->host);
	limit_wait(&x->limit, x->host);
	x->calls++;
	x->body = (struct str){ 0 };
	rc = http_call(x->http, &q, &x->transfer, e);
	if (rc == 0)
		rc = decode(x, e);
	x->received += x->transfer.received;
	if (x->transfer.fault == HTTP_FINE && x->transfer.status == TOO_MANY)
		limit_slow(&x->limit, TOO_MANY, x->host);
	return rc;
}

int64_t
exchange_retry_after(const struct exchange *x)
{
	const struct host *h = x->host;

	if (x->transfer.retry_after[0] == '\0')
		return 0;
	return retry_after_parse(str_c(x->transfer.retry_after), h->now(h->context));
}

/* The body of an error as one line, if it holds no secret. */
static struct str
quote(const struct exchange *x, char *out)
{
	struct str b = str_trim(x->body);
	size_t n = b.n < QUOTE_MOST ? b.n : QUOTE_MOST;

	if (x->secret.n > 0 && memmem(b.p, b.n, x->secret.p, x->secret.n) != NULL)
		return STR("");
	for (size_t i = 0; i < n; i++)
		out[i] = b.p[i] >= ' ' && b.p[i] <= '~' ? b.p[i] : ' ';
	return str_of(out, n);
}

void
exchange_describe(struct exchange *x, const struct err *why, struct err *e, enum err_kind kind)
{
	char text[QUOTE_MOST];
	const struct http_response *r = &x->transfer;
	struct str body;

	if (r->fault != HTTP_FINE || r->status == 200) {
		err_set(e, kind, "%s", why->msg);
		return;
	}
	body = quote(x, text);
	if (r->location[0] != '\0')
		err_set(e, kind, "status %ld, a redirect to %s", r->status, r->location);
	else
		err_set(
		    e, kind, "status %ld%s%.*s", r->status, body.n > 0 ? ": " : "", STR_ARG(body));
}

void
exchange_close(struct exchange *x)
{
	http_free(x->http);
	limit_close(&x->limit);
	http_response_release(&x->transfer);
	buf_release(&x->inflated);
	buf_release(&x->url);
	*x = (struct exchange){ 0 };
}
