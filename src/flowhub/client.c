#include "flowhub/client.h"

#include "base/arena.h"
#include "flowhub/retry.h"
#include "snapshot/page.h"
#include "lib/gz.h"

#define MS INT64_C(1000)
#define CONNECT_MS_MOST 30000
#define STALL_PART 4 /* of the whole call's time */
#define STALL_MS_LEAST 1000
#define QUOTE_MOST 160 /* bytes of an error's body in a message */
#define HEADER_MOST 4096

/* "http://127.0.0.1:8080": plain http is allowed only within this machine. */
static bool
is_loopback(struct str url)
{
	static const char *const hosts[] = { "http://localhost", "http://[::1]" };
	struct str v4 = STR("http://127.");

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct str host = str_c(hosts[i]);

		if (str_starts(url, host) &&
		    (url.n == host.n || url.p[host.n] == ':' || url.p[host.n] == '/'))
			return true;
	}
	if (!str_starts(url, v4))
		return false;
	for (size_t i = v4.n; i < url.n; i++) {
		if (url.p[i] == ':' || url.p[i] == '/')
			return true;
		if (!ascii_digit(url.p[i]) && url.p[i] != '.')
			return false;
	}
	return true;
}

int
client_check_url(struct str url, bool *is_plain, struct err *e)
{
	*is_plain = str_starts(url, STR("http://"));
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || url.p[i] == '@' || url.p[i] == '?' ||
		    url.p[i] == '#')
			return err_set(e, ERR_SETTINGS,
			    "'base_url' takes a scheme and a host only, like "
			    "https://api.flowhub.co");
	if (*is_plain && !is_loopback(url)) {
		err_set(e, ERR_SETTINGS,
		    "'base_url' is plain http, which is accepted for this machine only");
		return err_advise(e, "Your key would be sent unencrypted. Use https.");
	}
	if (!*is_plain && !str_starts(url, STR("https://")))
		return err_set(e, ERR_SETTINGS, "'base_url' must begin with https://");
	return 0;
}

/* A header cannot hold a line break: it would begin another header. */
static int
check_credential(struct str s, const char *what, struct err *e)
{
	bool is_fine = s.n > 0 && s.n <= HEADER_MOST;

	for (size_t i = 0; i < s.n; i++)
		is_fine = is_fine && s.p[i] > ' ' && s.p[i] <= '~';
	return is_fine
	           ? 0
	           : err_set(e, ERR_SETTINGS,
	                 "the %s must be a single line of ASCII characters without spaces", what);
}

static struct http_settings
http_settings_of(const struct flowhub_settings *s, const char *ca_file, bool is_plain)
{
	uint64_t whole = s->timeout_s * 1000;
	uint64_t stall = whole / STALL_PART;

	return (struct http_settings){
		.ca_file = ca_file,
		.connect_ms = whole < CONNECT_MS_MOST ? whole : CONNECT_MS_MOST,
		.whole_ms = whole,
		.stall_ms = stall < STALL_MS_LEAST ? STALL_MS_LEAST : stall,
		.body_limit = PAGE_LIMIT,
		.is_plain = is_plain,
	};
}

int
client_open(struct client *c, const struct flowhub_settings *settings,
    const struct client_credentials *credentials, const char *ca_file, const struct host *host,
    struct err *e)
{
	struct http_settings http;
	bool is_plain;

	*c = (struct client){ .settings = settings, .host = host, .key = credentials->key };
	for (size_t i = 0; i <= RESOURCE_ORDERS; i++)
		c->size[i] = settings->page_size;
	if (client_check_url(settings->base_url, &is_plain, e) < 0 ||
	    check_credential(credentials->client_id, "client id", e) < 0 ||
	    check_credential(credentials->key, "key", e) < 0)
		return -1;
	http = http_settings_of(settings, ca_file, is_plain);
	c->http = http_new(&http, e);
	if (c->http == NULL)
		return -1;
	http_header(c->http, "clientId", credentials->client_id);
	http_header(c->http, "key", credentials->key);
	http_header(c->http, "Accept", STR("application/json"));
	http_header(c->http, "Accept-Encoding", STR("gzip"));
	return 0;
}

static void
pace(struct client *c)
{
	const struct host *h = c->host;
	int64_t next = c->last_call + (int64_t)c->settings->min_interval_ms * MS;
	int64_t now = h->ticks(h->context);

	if (c->has_called && now < next)
		h->sleep(h->context, next - now);
	c->has_called = true;
	c->last_call = h->ticks(h->context);
}

/* The body as it was before it was compressed for the transfer. */
static int
decode(struct client *c, struct err *e)
{
	struct http_response *r = &c->transfer;
	struct gz_stream *s;
	int rc;

	c->body = buf_view(&r->body);
	if (r->coding[0] == '\0' || strcmp(r->coding, "identity") == 0)
		return 0;
	if (strcmp(r->coding, "gzip") != 0 && strcmp(r->coding, "x-gzip") != 0)
		return err_set(e, ERR_FAILED,
		    "the body is encoded as '%s', which was not requested", r->coding);
	buf_reset(&c->inflated);
	s = gz_stream_new(PAGE_LIMIT);
	rc = gz_stream_put(s, r->body.p, r->body.n, &c->inflated, e);
	if (rc == 0)
		rc = gz_stream_end(s, e);
	gz_stream_free(s);
	c->body = buf_view(&c->inflated);
	if (rc < 0 && c->inflated.n >= PAGE_LIMIT)
		r->fault = HTTP_TOO_LARGE;
	return rc;
}

/* The body of an error as one line, if it holds no secret. */
static struct str
quote(struct client *c, char *out)
{
	struct str b = str_trim(c->body);
	size_t n = b.n < QUOTE_MOST ? b.n : QUOTE_MOST;

	if (c->key.n > 0 && memmem(b.p, b.n, c->key.p, c->key.n) != NULL)
		return STR("");
	for (size_t i = 0; i < n; i++)
		out[i] = b.p[i] >= ' ' && b.p[i] <= '~' ? b.p[i] : ' ';
	return str_of(out, n);
}

static int
say_refused(struct client *c, struct err *e)
{
	struct str body = c->body;
	bool id = str_has_nocase(body, STR("client"));
	bool key = str_has_nocase(body, STR("key"));

	if (c->transfer.status == 403) {
		err_set(e, ERR_SETTINGS, "Flowhub accepts the key but forbids the call (403)");
		return err_advise(e, "Ask Flowhub to enable API access for your client id "
		                     "and this machine's IP address.");
	}
	if (id == key) {
		err_set(e, ERR_SETTINGS, "Flowhub refused the client id or the key (401)");
		return err_advise(e, "Compare both with what Flowhub gave you; they belong "
		                     "together.");
	}
	err_set(e, ERR_SETTINGS, "Flowhub refused the %s (401)", id ? "client id" : "key");
	return err_advise(e, "%s",
	    id ? "Compare 'client_id' (or FLOWHUB_CLIENT_ID) with what "
	         "Flowhub gave you."
	       : "Put the key Flowhub gave you into the file that "
	         "'api_key_file' names, or into FLOWHUB_API_KEY.");
}

/* What went wrong, as text; ${why} says it where the transfer or the body failed. */
static void
describe(struct client *c, const struct err *why, struct err *e, enum err_kind kind)
{
	char text[QUOTE_MOST];
	const struct http_response *r = &c->transfer;
	struct str body;

	if (r->fault != HTTP_FINE || r->status == 200) {
		err_set(e, kind, "%s", why->msg);
		return;
	}
	body = quote(c, text);
	if (r->location[0] != '\0')
		err_set(e, kind, "status %ld, a redirect to %s", r->status, r->location);
	else
		err_set(
		    e, kind, "status %ld%s%.*s", r->status, body.n > 0 ? ": " : "", STR_ARG(body));
}

static int
say_failed(struct client *c, enum retry_verdict v, const struct err *why,
    const struct client_call *call, struct str path, struct err *e)
{
	size_t query = 0;

	if (v == RETRY_REFUSED)
		return say_refused(c, e);
	describe(c, why, e, v == RETRY_GIVE_UP ? ERR_BUSY : ERR_FAILED);
	while (query < path.n && path.p[query] != '?')
		query++;
	err_wrap(e, "GET %.*s", (int)query, path.p);
	if (v == RETRY_GIVE_UP) {
		err_wrap(e, "no answer after %llu %s", (unsigned long long)call->attempts + 1,
		    call->attempts == 0 ? "try" : "tries");
		return err_advise(e, "Nothing was changed. The next run will try again.");
	}
	if (c->transfer.fault == HTTP_UNTRUSTED)
		return err_advise(e, "The server could not be verified as Flowhub, so your key "
		                     "was not sent. Check 'base_url' and 'ca_file'.");
	if (c->transfer.location[0] != '\0')
		return err_advise(e, "Redirects are not followed, because your key would be sent "
		                     "along. Check 'base_url'.");
	return err_advise(e, "Nothing was changed. If this happens again, Flowhub's API "
	                     "may have changed; please report it.");
}

static bool
shrink(struct client *c, enum resource r)
{
	uint64_t half = c->size[r] / 2;

	if (c->size[r] <= CLIENT_PAGE_LEAST)
		return false;
	c->size[r] = half < CLIENT_PAGE_LEAST ? CLIENT_PAGE_LEAST : half;
	host_note(c->host, NOTE_DETAIL, "%s: %llu records per page from now on",
	    manifest_resource(r), (unsigned long long)c->size[r]);
	return true;
}

/* One try; ${why} says what went wrong. */
static struct retry_attempt
try_once(struct client *c, const struct client_call *call, struct str path, struct err *why)
{
	struct http_response *r = &c->transfer;
	const struct host *h = c->host;
	struct retry_attempt a = { .is_one_record = call->resource == RESOURCE_CUSTOMER,
		.number = call->attempts };

	buf_reset(&c->url);
	buf_str(&c->url, c->settings->base_url);
	while (c->url.n > 0 && c->url.p[c->url.n - 1] == '/')
		c->url.n--;
	buf_str(&c->url, path);
	buf_char(&c->url, '\0');
	pace(c);
	c->calls++;
	c->body = (struct str){ 0 };
	if (http_get(c->http, c->url.p, r, why) == 0 && decode(c, why) == 0 && r->status == 200 &&
	    response_read(&c->response, c->body, call->resource, why) == 0)
		why->kind = ERR_NONE;
	c->received += r->received;
	a.fault = r->fault;
	a.status = r->status;
	a.is_broken = why->kind != ERR_NONE && r->status == 200;
	if (r->retry_after[0] != '\0')
		a.retry_after = retry_after_parse(str_c(r->retry_after), h->now(h->context));
	return a;
}

int
client_get(struct client *c, struct client_call *call, struct str path, struct err *e)
{
	const struct host *h = c->host;

	for (;;) {
		struct err why = ERR_INIT, said = ERR_INIT;
		struct retry_attempt a = try_once(c, call, path, &why);
		int64_t wait;
		enum retry_verdict v = retry_judge(&a, c->settings->retries,
		    retry_base(c->settings->min_interval_ms), h->random(h->context), &wait);

		if (v == RETRY_ACCEPT)
			return CLIENT_DONE;
		if (v == RETRY_ABSENT)
			return CLIENT_ABSENT;
		if (v != RETRY_AGAIN && v != RETRY_SMALLER)
			return say_failed(c, v, &why, call, path, e);
		describe(c, &why, &said, ERR_FAILED);
		host_note(h, NOTE_DETAIL, "GET %.*s: %s; retrying in %lld ms", STR_ARG(path),
		    said.msg, (long long)(wait / MS));
		c->retries++;
		h->sleep(h->context, wait);
		/* Asking for less is another call, and uses up no retry. */
		if (v == RETRY_SMALLER && call->can_shrink && shrink(c, call->resource))
			return CLIENT_SMALLER;
		call->attempts++;
	}
}

bool
client_is_refused(const struct client *c)
{
	long status = c->transfer.status;

	return c->transfer.fault == HTTP_FINE && status >= 400 && status < 500 && status != 408 &&
	       status != 429;
}

void
client_close(struct client *c)
{
	http_free(c->http);
	http_response_release(&c->transfer);
	buf_release(&c->inflated);
	buf_release(&c->url);
	response_release(&c->response);
	*c = (struct client){ 0 };
}
