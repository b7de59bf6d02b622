#include "flowhub/client.h"

#include "base/arena.h"
#include "base/interrupt.h"
#include "flowhub/verdict.h"
#include "http/secret.h"
#include "http/url.h"
#include "snapshot/page.h"

#define MS INT64_C(1000)

int
client_open(struct client *c, const struct flowhub_settings *settings,
    const struct client_credentials *credentials, const char *ca_file, const struct host *host,
    struct err *e)
{
	struct arena a = { 0 };
	struct exchange_settings x = { .base_url = settings->base_url,
		.ca_file = ca_file,
		.timeout_s = settings->timeout_s,
		.min_interval_ms = settings->min_interval_ms,
		.body_limit = PAGE_LIMIT,
		.limit_dir = settings->limit_dir.n > 0 ? str_z(&a, settings->limit_dir) : NULL };
	int rc = -1;

	*c = (struct client){ .settings = settings, .host = host };
	for (size_t i = 0; i <= RESOURCE_ORDERS; i++)
		c->size[i] = settings->page_size;
	if (url_check(settings->base_url, "base_url", CLIENT_URL, &x.is_plain, e) == 0 &&
	    secret_check(credentials->client_id, "client id", e) == 0 &&
	    secret_check(credentials->key, "key", e) == 0)
		rc = exchange_open(&c->x, &x, credentials->key, host, e);
	arena_release(&a);
	if (rc < 0)
		return -1;
	http_header(c->x.http, "clientId", credentials->client_id);
	http_header(c->x.http, "key", credentials->key);
	http_header(c->x.http, "Accept", STR("application/json"));
	http_header(c->x.http, "Accept-Encoding", STR("gzip"));
	return 0;
}

static int
say_refused(struct client *c, struct err *e)
{
	struct str body = c->x.body;
	bool id = str_has_nocase(body, STR("client"));
	bool key = str_has_nocase(body, STR("key"));

	if (c->x.transfer.status == 403) {
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

static int
say_failed(struct client *c, enum verdict v, const struct err *why, const struct client_call *call,
    struct str path, struct err *e)
{
	size_t query = 0;

	if (v == VERDICT_REFUSED)
		return say_refused(c, e);
	exchange_describe(&c->x, why, e, v == VERDICT_GIVE_UP ? ERR_BUSY : ERR_FAILED);
	while (query < path.n && path.p[query] != '?')
		query++;
	err_wrap(e, "GET %.*s", (int)query, path.p);
	if (v == VERDICT_GIVE_UP) {
		err_wrap(e, "no answer after %llu %s", (unsigned long long)call->attempts + 1,
		    call->attempts == 0 ? "try" : "tries");
		return err_advise(e, "Nothing was changed. The next run will try again.");
	}
	if (c->x.transfer.fault == HTTP_UNTRUSTED)
		return err_advise(e, "The server could not be verified as Flowhub, so your key "
		                     "was not sent. Check 'base_url' and 'ca_file'.");
	if (c->x.transfer.location[0] != '\0')
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
static struct verdict_attempt
try_once(struct client *c, const struct client_call *call, struct str path, struct err *why)
{
	struct exchange *x = &c->x;
	struct verdict_attempt a = { .is_one_record = call->resource == RESOURCE_CUSTOMER,
		.retry = { .number = call->attempts,
		    .most = c->settings->retries,
		    .base = retry_base(c->settings->min_interval_ms) } };

	if (exchange_call(x, (struct http_request){ .method = HTTP_GET }, path, why) == 0 &&
	    x->transfer.status == 200 &&
	    response_read(&c->response, x->body, call->resource, why) == 0)
		why->kind = ERR_NONE;
	a.fault = x->transfer.fault;
	a.status = x->transfer.status;
	a.is_broken = why->kind != ERR_NONE && a.status == 200;
	a.retry.retry_after = exchange_retry_after(x);
	return a;
}

int
client_get(struct client *c, struct client_call *call, struct str path, struct err *e)
{
	const struct host *h = c->host;

	for (;;) {
		struct err why = ERR_INIT, said = ERR_INIT;
		struct verdict_attempt a;
		int64_t wait;
		enum verdict v;

		if (interrupt_check(e) < 0)
			return -1;
		a = try_once(c, call, path, &why);
		v = verdict_judge(&a, h->random(h->context), &wait);
		if (v == VERDICT_ACCEPT)
			return CLIENT_DONE;
		if (v == VERDICT_ABSENT)
			return CLIENT_ABSENT;
		/* a call that was cut short is no answer to be judged */
		if (interrupt_check(e) < 0)
			return -1;
		if (v != VERDICT_AGAIN && v != VERDICT_SMALLER)
			return say_failed(c, v, &why, call, path, e);
		exchange_describe(&c->x, &why, &said, ERR_FAILED);
		host_note(h, NOTE_DETAIL, "GET %.*s: %s; retrying in %lld ms", STR_ARG(path),
		    said.msg, (long long)(wait / MS));
		c->retries++;
		h->sleep(h->context, wait);
		/* Asking for less is another call, and uses up no retry. */
		if (v == VERDICT_SMALLER && call->can_shrink && shrink(c, call->resource))
			return CLIENT_SMALLER;
		call->attempts++;
	}
}

bool
client_is_refused(const struct client *c)
{
	long status = c->x.transfer.status;

	return c->x.transfer.fault == HTTP_FINE && status >= 400 && status < 500 && status != 408 &&
	       status != 429;
}

void
client_close(struct client *c)
{
	exchange_close(&c->x);
	response_release(&c->response);
	*c = (struct client){ 0 };
}
