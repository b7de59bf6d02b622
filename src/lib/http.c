#include "lib/http.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "base/arena.h"
#include "base/interrupt.h"
#include "base/num.h"
#include "lib/chunked.h"
#include "lib/library.h"

#define AGENT "flowstory/" FLOWSTORY_VERSION
#define MS_US 1000

/* The name of its binary interface, the same since 2006. */
#define LIBRARY "libcurl.so.4"

/*
 * libcurl brings thirty libraries with it, and to load them takes twice as long
 * as all else at the start of a program that mostly has no use for them.  So it
 * is loaded where it is needed; what it is built against is its header.
 */
#define CALLS(X)                                                                                   \
	X(global_init)                                                                             \
	X(global_cleanup)                                                                          \
	X(easy_init)                                                                               \
	X(easy_setopt)                                                                             \
	X(easy_getinfo)                                                                            \
	X(easy_perform)                                                                            \
	X(easy_strerror)                                                                           \
	X(easy_cleanup)                                                                            \
	X(slist_append)                                                                            \
	X(slist_free_all)

struct calls {
#define X(name) __typeof__(curl_##name) *name;
	CALLS(X)
#undef X
};

struct http {
	struct calls call;
	CURL *curl;
	struct curl_slist *headers;
	struct http_settings settings;
	char why[CURL_ERROR_SIZE];
	bool keeps_connection; /* perhaps, from the call before */

	/* the call at hand */
	struct http_response *r;
	bool has_length, is_chunked, is_odd; /* odd: headers that contradict */
	uint64_t length;
	struct chunked chunks;
	bool is_over_limit, is_stalled;
	curl_off_t window_us, window_bytes; /* since when how few came */
};

static size_t
on_body(char *p, size_t size, size_t n, void *context)
{
	struct http *h = context;

	(void)size;
	h->r->received += n;
	if (h->r->received > h->settings.body_limit) {
		h->is_over_limit = true;
		return 0;
	}
	if (!h->is_chunked)
		buf_add(&h->r->body, p, n);
	else if (!chunked_take(&h->chunks, p, n, &h->r->body))
		h->is_odd = true;
	return n;
}

/* The value of the header if it is the one named; absent otherwise. */
static struct str
value_of(struct str line, struct str name)
{
	if (line.n <= name.n || line.p[name.n] != ':' ||
	    !str_eq_nocase(str_of(line.p, name.n), name))
		return (struct str){ 0 };
	return str_trim(str_of(line.p + name.n + 1, line.n - name.n - 1));
}

static void
copy_printable(char *out, size_t cap, struct str value)
{
	size_t n = value.n < cap ? value.n : cap - 1;

	for (size_t i = 0; i < n; i++)
		out[i] = value.p[i] < ' ' || value.p[i] > '~' ? '?' : value.p[i];
	out[n] = '\0';
}

/* Path and query of a redirect may hold anything; its host says where it leads. */
static void
keep_host(struct http *h, struct str value)
{
	size_t slashes = 0, n = 0;

	while (n < value.n && value.p[n] != '?' && value.p[n] != '#') {
		if (value.p[n] == '/' && ++slashes == 3)
			break;
		n++;
	}
	copy_printable(h->r->location, sizeof(h->r->location),
	    value.p != NULL && value.n > 0 && value.p[0] == '/' ? STR("the same host")
	                                                        : str_of(value.p, n));
}

static void
take_length(struct http *h, struct str value)
{
	uint64_t n;

	if (!num_u64(value, &n) || (h->has_length && n != h->length))
		h->is_odd = true;
	h->has_length = true;
	h->length = n;
}

static void
take_header(struct http *h, struct str line)
{
	struct str v;

	if ((v = value_of(line, STR("content-length"))).n > 0)
		take_length(h, v);
	else if ((v = value_of(line, STR("transfer-encoding"))).n > 0) {
		if (h->is_chunked || !str_eq_nocase(v, STR("chunked")))
			h->is_odd = true;
		h->is_chunked = true;
	} else if ((v = value_of(line, STR("content-encoding"))).n > 0) {
		copy_printable(h->r->coding, sizeof(h->r->coding), v);
		for (char *c = h->r->coding; *c != '\0'; c++)
			*c = ascii_lower(*c);
	} else if ((v = value_of(line, STR("retry-after"))).n > 0) {
		copy_printable(h->r->retry_after, sizeof(h->r->retry_after), v);
	} else if ((v = value_of(line, STR("location"))).n > 0) {
		keep_host(h, v);
	}
}

/* Everything an answer said is forgotten: another one begins. */
static void
start_answer(struct http *h)
{
	struct http_response *r = h->r;

	r->coding[0] = r->retry_after[0] = r->location[0] = '\0';
	r->received = 0;
	buf_reset(&r->body);
	h->has_length = h->is_chunked = h->is_odd = false;
	h->length = 0;
	h->chunks = (struct chunked){ 0 };
}

static size_t
on_header(char *p, size_t size, size_t n, void *context)
{
	struct http *h = context;
	struct str line = str_of(p, n);

	(void)size;
	if (str_starts(line, STR("HTTP/")))
		start_answer(h); /* a 100 may come before the one that counts */
	else
		take_header(h, str_trim(line));
	return n;
}

/*
 * libcurl's own limit of speed also counts the time in which a server thinks;
 * here a stall is one of an answer that has begun.
 */
static int
on_progress(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up)
{
	struct http *h = context;
	curl_off_t us = 0;
	long status = 0;

	(void)total;
	(void)up_total;
	(void)up;
	if (interrupt_is_asked())
		return 1;
	h->call.easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	h->call.easy_getinfo(h->curl, CURLINFO_TOTAL_TIME_T, &us);
	if (status == 0 || h->window_us == 0) {
		h->window_us = us;
		h->window_bytes = now;
		return 0;
	}
	if (us - h->window_us < (curl_off_t)h->settings.stall_ms * MS_US)
		return 0;
	h->is_stalled = now - h->window_bytes < HTTP_TRICKLE;
	h->window_us = us;
	h->window_bytes = now;
	return h->is_stalled ? 1 : 0;
}

static void
set_options(struct http *h)
{
	__typeof__(curl_easy_setopt) *set = h->call.easy_setopt;
	CURL *c = h->curl;
	const struct http_settings *s = &h->settings;

	set(c, CURLOPT_NOSIGNAL, 1L);
	set(c, CURLOPT_USERAGENT, AGENT);
	set(c, CURLOPT_PROTOCOLS_STR, s->is_plain ? "http" : "https");
	set(c, CURLOPT_FOLLOWLOCATION, 0L);
	set(c, CURLOPT_PATH_AS_IS, 1L);
	set(c, CURLOPT_MAXCONNECTS, 1L);
	set(c, CURLOPT_TCP_KEEPALIVE, 1L);
	set(c, CURLOPT_HTTP_VERSION,
	    (long)(s->is_plain ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
	set(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	set(c, CURLOPT_SSL_VERIFYPEER, 1L);
	set(c, CURLOPT_SSL_VERIFYHOST, 2L);
	if (s->ca_file != NULL) {
		set(c, CURLOPT_CAINFO, s->ca_file);
		set(c, CURLOPT_CAPATH, NULL);
	}
	if (s->is_plain)
		set(c, CURLOPT_NOPROXY, "*");
	set(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	set(c, CURLOPT_CONNECTTIMEOUT_MS, (long)s->connect_ms);
	set(c, CURLOPT_TIMEOUT_MS, (long)s->whole_ms);
	/* Neither gzip nor chunks are taken off by libcurl. */
	set(c, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	set(c, CURLOPT_HTTP_TRANSFER_DECODING, 0L);
	set(c, CURLOPT_ERRORBUFFER, h->why);
	set(c, CURLOPT_WRITEFUNCTION, on_body);
	set(c, CURLOPT_WRITEDATA, h);
	set(c, CURLOPT_HEADERFUNCTION, on_header);
	set(c, CURLOPT_HEADERDATA, h);
	set(c, CURLOPT_NOPROGRESS, 0L);
	set(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	set(c, CURLOPT_XFERINFODATA, h);
}

/* It stays loaded to the end: what it brought does not like to be unloaded. */
static int
load_calls(struct calls *c, struct err *e)
{
	const char *why;
	void *library = library_load(LIBRARY, &why), *at = NULL;

#define X(name)                                                                                    \
	if (library != NULL && (at = dlsym(library, "curl_" #name)) == NULL)                       \
		library = NULL;                                                                    \
	memcpy(&c->name, &at, sizeof(c->name));
	CALLS(X)
#undef X
	if (library != NULL)
		return 0;
	err_set(e, ERR_FAILED, "libcurl cannot be loaded: %s", why != NULL ? why : dlerror());
	return err_advise(e, "Install libcurl (in Debian the package libcurl4). "
	                     "Only what speaks with Flowhub or DailyStory needs it.");
}

struct http *
http_new(const struct http_settings *s, struct err *e)
{
	struct calls call;
	struct http *h;

	if (load_calls(&call, e) < 0)
		return NULL;
	if (call.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		err_set(e, ERR_FAILED, "libcurl cannot be set up");
		return NULL;
	}
	h = mem_zero(1, sizeof(*h));
	h->call = call;
	h->settings = *s;
	h->curl = mem_got(call.easy_init());
	set_options(h);
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	h->call.easy_cleanup(h->curl);
	for (struct curl_slist *i = h->headers; i != NULL; i = i->next)
		explicit_bzero(i->data, strlen(i->data));
	h->call.slist_free_all(h->headers);
	h->call.global_cleanup();
	mem_free(h);
}

void
http_header(struct http *h, const char *name, struct str value)
{
	struct buf line = { 0 };

	/* One that grows would leave copies of a secret behind. */
	buf_reserve(&line, strlen(name) + value.n + 3);
	buf_z(&line, name);
	buf_z(&line, ": ");
	buf_str(&line, value);
	buf_char(&line, '\0');
	h->headers = mem_got(h->call.slist_append(h->headers, line.p));
	explicit_bzero(line.p, line.n);
	buf_release(&line);
	h->call.easy_setopt(h->curl, CURLOPT_HTTPHEADER, h->headers);
}

static bool
is_whole(const struct http *h, bool is_stream)
{
	if (h->is_odd)
		return false;
	if (h->is_chunked)
		return h->chunks.at == CHUNKED_END;
	if (h->has_length)
		return h->r->body.n == h->length;
	return is_stream;
}

static enum http_fault
fault_of(const struct http *h, CURLcode code)
{
	if (h->is_over_limit)
		return HTTP_TOO_LARGE;
	if (h->is_stalled)
		return HTTP_STALLED;
	switch ((int)code) {
	case CURLE_OPERATION_TIMEDOUT:
		return HTTP_TIMEOUT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_ISSUER_ERROR:
		return HTTP_UNTRUSTED;
	default:
		break;
	}
	return h->r->status == 0 ? HTTP_UNREACHABLE : HTTP_CUT;
}

static int
fail(struct http *h, CURLcode code, struct err *e)
{
	struct http_response *r = h->r;

	r->fault = fault_of(h, code);
	if (r->fault == HTTP_TOO_LARGE)
		return err_set(e, ERR_FAILED, "the answer has more than %ju bytes",
		    (uintmax_t)h->settings.body_limit);
	if (r->fault == HTTP_STALLED)
		return err_set(e, ERR_FAILED, "stalled after %ju bytes", (uintmax_t)r->received);
	if (code == CURLE_OK)
		return err_set(e, ERR_FAILED, "the answer may be incomplete: %ju bytes came, %s",
		    (uintmax_t)r->received,
		    h->is_odd       ? "its headers are odd"
		    : h->is_chunked ? "no last chunk"
		    : h->has_length ? "another length was declared"
		                    : "no length was declared");
	return err_set(
	    e, ERR_FAILED, "%s", h->why[0] != '\0' ? h->why : h->call.easy_strerror(code));
}

/* What differs from call to call. */
static void
set_request(struct http *h, const struct http_request *q)
{
	__typeof__(curl_easy_setopt) *set = h->call.easy_setopt;

	set(h->curl, CURLOPT_URL, q->url);
	set(h->curl, CURLOPT_FRESH_CONNECT, q->is_once ? 1L : 0L);
	set(h->curl, CURLOPT_CUSTOMREQUEST, NULL);
	if (q->method == HTTP_POST) {
		set(h->curl, CURLOPT_POST, 1L);
		set(h->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n);
		set(h->curl, CURLOPT_POSTFIELDS, q->body.n > 0 ? q->body.p : "");
		return;
	}
	set(h->curl, CURLOPT_HTTPGET, 1L);
	if (q->method == HTTP_DELETE)
		set(h->curl, CURLOPT_CUSTOMREQUEST, "DELETE");
}

/* The header of this call alone stands before the list of all. */
static CURLcode
perform(struct http *h, const struct http_request *q)
{
	char id[64];
	struct curl_slist own = { .data = id, .next = h->headers };
	CURLcode code;

	snprintf(id, sizeof(id), "X-Request-Id: %ju", (uintmax_t)q->id);
	set_request(h, q);
	h->call.easy_setopt(h->curl, CURLOPT_HTTPHEADER, q->id > 0 ? &own : h->headers);
	code = h->call.easy_perform(h->curl);
	h->call.easy_setopt(h->curl, CURLOPT_HTTPHEADER, h->headers);
	/* The body is borrowed; nothing of it may be looked at later. */
	h->call.easy_setopt(h->curl, CURLOPT_HTTPGET, 1L);
	return code;
}

int
http_call(struct http *h, const struct http_request *q, struct http_response *r, struct err *e)
{
	CURLcode code;
	long version = 0, connects = 0;
	bool is_over;

	h->r = r;
	h->why[0] = '\0';
	h->is_over_limit = h->is_stalled = false;
	h->window_us = h->window_bytes = 0;
	r->fault = HTTP_FINE;
	r->status = 0;
	start_answer(h);
	code = perform(h, q);
	h->call.easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &r->status);
	h->call.easy_getinfo(h->curl, CURLINFO_HTTP_VERSION, &version);
	h->call.easy_getinfo(h->curl, CURLINFO_NUM_CONNECTS, &connects);
	is_over = code == CURLE_OK && is_whole(h, version >= CURL_HTTP_VERSION_2_0);
	r->may_be_second = h->keeps_connection && !q->is_once && connects > 0;
	h->keeps_connection = code == CURLE_OK;
	return is_over ? 0 : fail(h, code, e);
}

void
http_response_release(struct http_response *r)
{
	buf_release(&r->body);
}

void
http_version(struct buf *b)
{
	void *library = library_load(LIBRARY, NULL);
	void *at = library == NULL ? NULL : dlsym(library, "curl_version_info");
	__typeof__(curl_version_info) *version_info;

	memcpy(&version_info, &at, sizeof(version_info));
	buf_printf(
	    b, "libcurl %s\n", at == NULL ? "not found" : version_info(CURLVERSION_NOW)->version);
}
