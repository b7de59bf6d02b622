/* receiver.c -- a DailyStory that is not: the paths that a push calls over a table of contacts, and
 * faults on request.
 *
 * usage: dailystory [--seed N] [--token TOKEN] [--delay MS] [--bodies] [--SWITCH WORD]
 *     [--cert FILE --key FILE]
 *
 * Binds 127.0.0.1 and a free port, prints "port N", and ends with its standard input.  Switches are
 * those of switches.h.  No token is asked for at /control/: books, calls, log, harm, forget, clear,
 * faults, fault?kind=&call=&skip=&count=&value=, switch?name=&value=, token?value=, delay?ms= and
 * edit?what=change|delete|status|opt-out|merge&dsid= or email=, with field=, value= and into=.
 */
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server.h"
#include "support/text.h"

#define UNUSED __attribute__((unused))
#define LARGE ((size_t)2 << 20) /* bytes: more than an answer may have */

const char *
server_arg(struct MHD_Connection *c, const char *name, const char *otherwise)
{
	const char *v = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, name);

	return v == NULL ? otherwise : v;
}

void
server_say(struct answer *a, unsigned status, const char *type, const char *body)
{
	free(a->body);
	a->status = status;
	a->type = type;
	a->body = strdup(body);
	a->n = strlen(body);
}

static bool
fault_is(const struct fault *f, const char *kind)
{
	return f != NULL && strcmp(f->kind, kind) == 0;
}

static bool
fits(const char *wanted, const char *call)
{
	size_t n = strlen(wanted);

	if (n > 0 && wanted[n - 1] == '$')
		return strlen(call) == n - 1 && strncmp(call, wanted, n - 1) == 0;
	return strncmp(call, wanted, n) == 0;
}

/* The first fault that strikes this call, or NULL; it is counted. */
static struct fault *
strike(struct server *s, const struct call *call)
{
	char text[400];

	snprintf(text, sizeof(text), "%s %s", call->method, call->url);
	for (struct fault *f = s->faults; f < s->faults + s->faults_n; f++) {
		if (!fits(f->call, text))
			continue;
		if (f->skip > 0)
			f->skip--;
		else if (f->count > 0)
			return f->count--, f;
	}
	return NULL;
}

/* A connection has a port of its own. */
static void
note_connection(struct server *s, struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *x =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	unsigned port = ntohs(((const struct sockaddr_in *)(const void *)x->client_addr)->sin_port);

	s->changes += port != s->port;
	s->port = port;
}

static void
note_call(struct server *s, struct MHD_Connection *c, const struct call *call)
{
	const char *id = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Request-Id");
	const char *agent = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "User-Agent");
	struct timespec t;

	note_connection(s, c);
	clock_gettime(CLOCK_MONOTONIC, &t);
	s->calls = grow(s->calls, &s->calls_size, s->calls_n + 1, sizeof(int64_t));
	s->calls[s->calls_n++] = t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
	if (s->keeps_bodies)
		fprintf(s->log_file, "%lld\t%s\t%s\t%s\t%s\t%s\t%s\n",
		    (long long)s->calls[s->calls_n - 1], call->method, call->url,
		    id == NULL ? "" : id, agent == NULL ? "" : agent,
		    call->fault == NULL ? "" : call->fault->kind, call->body);
}

/* An answer in place of the real one; false: the fault is none of these. */
static bool
answer_fault(const struct fault *f, struct answer *a)
{
	static const char json[] = "application/json", html[] = "text/html", plain[] = "text/plain";
	static const struct {
		const char *kind;
		unsigned status;
		const char *type, *body;
	} list[] = {
		{ "400", 400, json,
		    "{\"Status\":false,\"Message\":\"Bad request\",\"Response\":null}" },
		{ "401", 401, json,
		    "{\"Message\":\"Authorization has been denied for this request.\"}" },
		{ "403", 403, html, "<h1>Forbidden</h1>" },
		{ "404", 404, json, "{\"Status\":false,\"Message\":\"Contact not found\"}" },
		{ "408", 408, plain, "Request Timeout" },
		{ "409", 409, json,
		    "{\"Status\":false,\"Message\":\"user1@example.com or +13035551000 exists "
		    "already\"}" },
		{ "418", 418, plain, "I'm a teapot" },
		{ "422", 422, json, "{\"Status\":false,\"Message\":\"postalCode is not valid\"}" },
		{ "425", 425, plain, "Too Early" },
		{ "429", 429, plain, "Too Many Requests" },
		{ "500", 500, html, "<h1>Internal Server Error</h1>" },
		{ "502", 502, html, "<h1>Bad Gateway</h1>" },
		{ "503", 503, html, "<h1>Service Unavailable</h1>" },
		{ "refused", 200, json,
		    "{\"Status\":false,\"Message\":\"user1@example.com is not deliverable\","
		    "\"Response\":null}" },
		{ "html", 200, html, "<html>We will be back</html>" },
		{ "empty", 200, json, "" },
		{ "null", 200, json, "null" },
		{ "object", 200, json, "{}" },
		{ "302", 302, plain, "elsewhere" },
		{ "307", 307, plain, "elsewhere" },
	};

	for (size_t i = 0; f != NULL && i < COUNT(list); i++) {
		if (strcmp(f->kind, list[i].kind) != 0)
			continue;
		server_say(a, list[i].status, list[i].type, list[i].body);
		if (a->status / 100 == 3)
			a->extra = "Location", a->extra_value = f->value;
		if ((a->status == 429 || a->status == 503) && f->value[0] != '\0')
			a->extra = "Retry-After", a->extra_value = f->value;
		return true;
	}
	return false;
}

/* What becomes of a real answer. */
static void
spoil(struct server *s, const struct fault *f, struct answer *a)
{
	uint32_t n = s->contacts.n;

	if (fault_is(f, "cutjson"))
		a->n /= 2;
	else if (fault_is(f, "wrongid"))
		server_say(a, 200, a->type,
		    "{\"Status\":true,\"Message\":\"\",\"Response\":{\"id\":\"a/../b?c\"}}");
	else if (fault_is(f, "noid"))
		server_say(a, 200, a->type, "{\"Status\":true,\"Message\":\"\",\"Response\":{}}");
	else if (fault_is(f, "otherid") && n > 0)
		server_say(a, 200, a->type,
		    word_print("{\"Status\":true,\"Message\":\"\",\"Response\":{\"id\":\"%s\"}}",
		        s->contacts.list[0]->dsid)
		        .s);
	else if (fault_is(f, "large")) {
		char *more = malloc(LARGE);

		memset(more, ' ', LARGE);
		memcpy(more, a->body, a->n);
		free(a->body);
		a->body = more;
		a->n = LARGE;
	}
}

static void
wait_ms(unsigned long ms)
{
	usleep((useconds_t)(ms * 1000));
}

static void
answer(struct server *s, struct MHD_Connection *c, struct call *call, struct answer *a)
{
	const char *auth = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization");
	static const struct fault denied = { .kind = "401" };

	note_call(s, c, call);
	wait_ms(s->delay_ms);
	if (fault_is(call->fault, "silent"))
		wait_ms(strtoul(call->fault->value, NULL, 10));
	if (auth == NULL || strncmp(auth, "Bearer ", 7) != 0 || strcmp(auth + 7, s->token) != 0) {
		answer_fault(&denied, a);
		return;
	}
	if (answer_fault(call->fault, a))
		return;
	api_answer(s, c, call, a);
	if (fault_is(call->fault, "twice")) {
		free(a->body);
		api_answer(s, c, call, a);
	}
	if (fault_is(call->fault, "slow"))
		wait_ms(strtoul(call->fault->value, NULL, 10));
	spoil(s, call->fault, a);
}

/* A body that does not end as it should. */
struct broken {
	char *body; /* owned */
	size_t n, sent;
	int socket;
	char kind[32];
};

static ssize_t
read_broken(void *context, uint64_t at UNUSED, char *out, size_t most)
{
	struct broken *b = context;
	const struct linger now = { 1, 0 };
	size_t n = b->n - b->sent < most ? b->n - b->sent : most;

	if (strcmp(b->kind, "endless") == 0) {
		memset(out, ' ', most);
		return (ssize_t)most;
	}
	if (n > 0) {
		memcpy(out, b->body + b->sent, n);
		b->sent += n;
		return (ssize_t)n;
	}
	wait_ms(20);
	if (strcmp(b->kind, "reset") == 0)
		setsockopt(b->socket, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	else
		shutdown(b->socket, SHUT_RDWR); /* nobody says goodbye */
	return MHD_CONTENT_READER_END_WITH_ERROR;
}

static void
free_broken(void *context)
{
	struct broken *b = context;

	free(b->body);
	free(b);
}

/* cut: fewer bytes than told; reset: the same, by a reset; rude: neither told nor a goodbye;
 * rudecut: the same, and half of it; endless. */
static struct MHD_Response *
break_off(struct MHD_Connection *c, const struct fault *f, struct answer *a)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct broken *b = calloc(1, sizeof(*b));
	bool is_told = fault_is(f, "cut") || fault_is(f, "reset");
	struct MHD_Response *r;

	b->body = a->body;
	b->n = fault_is(f, "rude") ? a->n : a->n / 2;
	b->socket = info->connect_fd;
	snprintf(b->kind, sizeof(b->kind), "%s", f->kind);
	r = MHD_create_response_from_callback(
	    is_told ? a->n : MHD_SIZE_UNKNOWN, 4096, read_broken, b, free_broken);
	if (fault_is(f, "rude") || fault_is(f, "rudecut"))
		MHD_set_response_options(r, MHD_RF_HTTP_VERSION_1_0_ONLY, MHD_RO_END);
	return r;
}

static bool
is_broken(const struct fault *f)
{
	static const char *const kinds[] = { "cut", "reset", "rude", "rudecut", "endless" };

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (fault_is(f, kinds[i]))
			return true;
	return false;
}

static enum MHD_Result
send_answer(struct MHD_Connection *c, const struct fault *f, struct answer *a)
{
	struct MHD_Response *r =
	    is_broken(f) ? break_off(c, f, a)
	                 : MHD_create_response_from_buffer(a->n, a->body, MHD_RESPMEM_MUST_FREE);
	enum MHD_Result rc;

	if (a->type != NULL)
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, a->type);
	if (a->extra != NULL)
		MHD_add_response_header(r, a->extra, a->extra_value);
	rc = MHD_queue_response(c, a->status, r);
	MHD_destroy_response(r);
	return rc;
}

static void
take(struct call *call, const char *piece, size_t n)
{
	if (call->n + n > BODY_MOST)
		die("a body is too large");
	call->body = realloc(call->body, call->n + n + 1);
	if (call->body == NULL)
		die("memory");
	memcpy(call->body + call->n, piece, n);
	call->n += n;
	call->body[call->n] = '\0';
}

static enum MHD_Result
begin_call(struct server *s, const char *url, const char *method, void **state)
{
	struct call *call = calloc(1, sizeof(*call));

	if (call == NULL || (call->body = calloc(1, 1)) == NULL)
		die("memory");
	call->url = url;
	call->method = method;
	if (strncmp(url, "/control/", 9) != 0)
		call->fault = strike(s, call);
	*state = call;
	return MHD_YES;
}

/* before: the connection ends before anything is done; lost: after all of it is done. */
static enum MHD_Result
on_call(void *context, struct MHD_Connection *c, const char *url, const char *method,
    const char *version UNUSED, const char *upload, size_t *upload_size, void **state)
{
	struct server *s = context;
	struct call *call = *state;
	struct answer a = { 0 };

	if (call == NULL)
		return begin_call(s, url, method, state);
	if (*upload_size > 0) {
		take(call, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	if (strncmp(url, "/control/", 9) == 0) {
		control_answer(s, c, url + 9, &a);
		return send_answer(c, NULL, &a);
	}
	if (fault_is(call->fault, "before")) {
		note_call(s, c, call);
		return MHD_NO;
	}
	answer(s, c, call, &a);
	if (fault_is(call->fault, "lost")) {
		free(a.body);
		return MHD_NO;
	}
	return send_answer(c, call->fault, &a);
}

static void
on_end(void *context UNUSED, struct MHD_Connection *c UNUSED, void **state,
    enum MHD_RequestTerminationCode why UNUSED)
{
	struct call *call = *state;

	if (call == NULL)
		return;
	free(call->body);
	free(call);
	*state = NULL;
}

static void
read_options(struct server *s, char **argv)
{
	while (*++argv != NULL) {
		const char *name = *argv, *value = argv[1];

		if (strcmp(name, "--bodies") == 0) {
			s->keeps_bodies = true;
			continue;
		}
		if (value == NULL || strncmp(name, "--", 2) != 0)
			exit(2);
		argv++;
		if (strcmp(name, "--seed") == 0)
			s->contacts.seed = strtoul(value, NULL, 10);
		else if (strcmp(name, "--token") == 0)
			snprintf(s->token, sizeof(s->token), "%s", value);
		else if (strcmp(name, "--delay") == 0)
			s->delay_ms = strtoul(value, NULL, 10);
		else if (strcmp(name, "--cert") == 0)
			daemon_load(value, s->daemon.cert);
		else if (strcmp(name, "--key") == 0)
			daemon_load(value, s->daemon.key);
		else if (!switches_set(&s->contacts.is, name + 2, value))
			exit(2);
	}
}

int
main(int argc UNUSED, char **argv)
{
	static struct server s = { .daemon = { .on_call = on_call, .on_end = on_end } };

	s.daemon.context = &s;
	switches_init(&s.contacts.is);
	snprintf(s.token, sizeof(s.token), "ds-token-0123456789abcdef-us-1");
	read_options(&s, argv);
	s.log_file = open_memstream(&s.log, &s.log_n);
	s.contacts.harm = open_memstream(&s.harm, &s.harm_n);
	daemon_run(&s.daemon);
	return 0;
}
