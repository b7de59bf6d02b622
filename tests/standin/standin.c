/* standin.c -- a Flowhub that is not: the real paths over an invented account, and faults on
 * request.
 *
 * usage: standin [--seed N] [--old] [--locations N] [--customers N] [--days N] [--orders N]
 *     [--hidden PERCENT] [--now SECONDS] [--zone MINUTES] [--inclusive] [--limit N] [--cert FILE
 * --key FILE]
 *
 * --limit N answers 429 to each call that follows N others within a second.
 * Binds 127.0.0.1 and a free port, prints "port N", and ends with its standard input.  No key is
 * asked for at /control/advance?seconds=N, wait?seconds=N, books, log, clear, lose_customer,
 * hide?count=N (from the list of customers), latency?call=US&kilobyte=US and
 * fault?kind=&path=&skip=&count=&value=.
 */
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "fault.h"
#include "pages.h"
#include "support/daemon.h"
#include "world.h"

#define UNUSED __attribute__((unused))
#define CLIENT_ID "client-1"
#define KEY "secret-key-0123456789"
#define BOMB (UINT64_C(70) << 20) /* bytes it becomes: over 64 MiB */
#define PAGE_SIZE 100             /* in place of what is out of bounds */
#define PAGE_SIZE_MOST 10000
#define LIMIT_MOST 1000

struct server {
	struct world world;
	struct filter filter;
	struct faults faults;
	size_t call_us, kilobyte_us; /* an answer takes */
	size_t limit;                /* calls a second; 0: none */
	int64_t turns[LIMIT_MOST];   /* us: when the last calls came, in a ring */
	size_t turn;
	char *log; /* one line a call */
	size_t log_n;
	FILE *log_file;
	struct daemon daemon;
};

struct answer {
	unsigned status;
	char *body;
	size_t n;
	const char *type, *coding, *extra, *extra_value;
	bool is_endless;
};

static const char *
arg(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, name);
}

static const char *
header(struct MHD_Connection *c, const char *name)
{
	const char *v = MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);

	return v == NULL ? "" : v;
}

static const char *
arg_or(struct MHD_Connection *c, const char *name, const char *otherwise)
{
	const char *v = arg(c, name);

	return v == NULL ? otherwise : v;
}

static size_t
number(const char *text)
{
	return (size_t)strtoul(text, NULL, 10);
}

static void
note_call(struct server *s, struct MHD_Connection *c, const char *path)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);

	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	fprintf(s->log_file, "%ld %d %s page=%s size=%s after=%s before=%s\n",
	    t.tv_sec * 1000 + t.tv_nsec / 1000000, info == NULL ? -1 : info->connect_fd, path,
	    arg_or(c, "page", ""), arg_or(c, "page_size", ""), arg_or(c, "created_after", ""),
	    arg_or(c, "created_before", ""));
	fflush(s->log_file);
}

static void
control_fault(struct server *s, struct MHD_Connection *c)
{
	struct fault f = { .skip = number(arg_or(c, "skip", "0")),
		.count = number(arg_or(c, "count", "1000000")) };

	snprintf(f.kind, sizeof(f.kind), "%s", arg_or(c, "kind", ""));
	snprintf(f.path, sizeof(f.path), "%s", arg_or(c, "path", "/v"));
	snprintf(f.value, sizeof(f.value), "%s", arg_or(c, "value", ""));
	f.number = strtol(f.value, NULL, 10);
	if (s->faults.n == FAULTS_MAX)
		abort();
	s->faults.list[s->faults.n++] = f;
}

static unsigned
control(struct server *s, struct MHD_Connection *c, const char *what, FILE *f)
{
	int64_t seconds = (int64_t)number(arg_or(c, "seconds", "3600"));

	if (strcmp(what, "advance") == 0)
		world_advance(&s->world, seconds);
	else if (strcmp(what, "wait") == 0)
		s->world.now += seconds;
	else if (strcmp(what, "books") == 0)
		world_print_books(&s->world, f);
	else if (strcmp(what, "fault") == 0)
		control_fault(s, c);
	else if (strcmp(what, "lose_customer") == 0)
		world_lose_customer(&s->world);
	else if (strcmp(what, "latency") == 0) {
		s->call_us = number(arg_or(c, "call", "0"));
		s->kilobyte_us = number(arg_or(c, "kilobyte", "0"));
	} else if (strcmp(what, "hide") == 0)
		world_hide(&s->world, number(arg_or(c, "count", "1")));
	else if (strcmp(what, "log") == 0)
		fwrite(s->log, 1, s->log_n, f);
	else if (strcmp(what, "clear") == 0) {
		s->faults.n = 0;
		fclose(s->log_file);
		free(s->log);
		s->log_file = open_memstream(&s->log, &s->log_n);
		fflush(s->log_file);
	} else
		return 404;
	return 200;
}

static void
say(struct answer *a, unsigned status, const char *type, const char *body)
{
	a->status = status;
	a->type = type;
	a->body = strdup(body);
	a->n = strlen(body);
}

/* One answer for whole kinds of trouble; false: it is none of these. */
static bool
answer_fault(const struct fault *f, size_t size, struct answer *a)
{
	static const char json[] = "application/json", html[] = "text/html", plain[] = "text/plain";
	static const struct {
		const char *kind;
		unsigned status;
		const char *type, *body;
	} list[] = {
		{ "400", 400, json, "{\"message\":\"bad request\"}" },
		{ "401", 401, json,
		    "{\"error\":[\"Unauthorized\"],\"message\":\"Invalid key\",\"status\":401}" },
		{ "403", 403, html, "<html><body><h1>Forbidden</h1></body></html>" },
		{ "404", 404, plain, "no such thing" },
		{ "429", 429, plain, "Too Many Requests" },
		{ "500", 500, html, "<h1>Internal Server Error</h1>" },
		{ "502", 502, html, "<h1>Bad Gateway</h1>" },
		{ "html", 200, html, "<html>We will be back</html>" },
		{ "text", 200, json, "null" },
		{ "object", 200, json, "{}" },
		{ "nothing", 200, json, "" },
		{ "message", 200, json, "{\"message\":\"upstream failed\"}" },
		{ "nested", 200, json, "{\"data\":{\"message\":\"upstream failed\"},\"total\":1}" },
		{ "nameless", 200, json, "{\"data\":[{\"message\":\"upstream failed\"}]}" },
		{ "error", 200, json,
		    "{\"error\":[\"Internal\"],\"orders\":[],\"data\":[],\"customers\":[],"
		    "\"total\":0}" },
		{ "inner401", 200, json, "{\"status\":401,\"data\":[],\"orders\":[],\"total\":0}" },
		{ "cutjson", 200, json, "{\"total\":1,\"orders\":[{\"id\":\"x\"" },
		{ "302", 302, plain, "elsewhere" },
	};

	if (fault_is(f, "large") && (long)size > f->number) {
		say(a, 500, json, "too large");
		return true;
	}
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		if (!fault_is(f, list[i].kind))
			continue;
		say(a, list[i].status, list[i].type, list[i].body);
		if (a->status == 302)
			a->extra = MHD_HTTP_HEADER_LOCATION, a->extra_value = f->value;
		if (a->status == 429 && f->value[0] != '\0')
			a->extra = MHD_HTTP_HEADER_RETRY_AFTER, a->extra_value = f->value;
		return true;
	}
	return false;
}

static unsigned
answer_real(struct server *s, struct MHD_Connection *c, const char *path, const struct fault *fault,
    FILE *f)
{
	static const char orders[] = "/v1/orders/findByLocationId/";
	static const char customers[] = "/v1/customers/";
	struct query q = {
		.created_after = arg(c, "created_after"),
		.created_before = arg(c, "created_before"),
		.updated_after = arg(c, "updated_after"),
		.updated_before = arg(c, "updated_before"),
		.page = number(arg_or(c, "page", "1")),
		.size = number(arg_or(c, "page_size", "100")),
	};

	if (q.size == 0 || q.size > PAGE_SIZE_MOST)
		q.size = PAGE_SIZE;
	if (strcmp(path, "/v0/clientsLocations") == 0) {
		world_print_locations(&s->world, f);
		return 200;
	}
	if (strncmp(path, orders, strlen(orders)) == 0)
		return pages_orders(&s->world, &s->filter, path + strlen(orders), &q, fault, f);
	if (strcmp(path, customers) == 0)
		return pages_customers(&s->world, &q, fault, f);
	if (strncmp(path, customers, strlen(customers)) == 0)
		return pages_customer(&s->world, path + strlen(customers), f);
	return 404;
}

/* Gzip as a server would; with a bomb, of far more than that. */
static void
pack(struct answer *a, const struct fault *fault)
{
	bool is_bomb = fault_is(fault, "bomb");
	z_stream z = { 0 };
	size_t room = is_bomb ? 1 << 20 : a->n + a->n / 8 + 1024;
	char *out = malloc(room), *spaces = malloc(1 << 20);
	size_t left = is_bomb ? BOMB : 0;

	if (out == NULL || spaces == NULL || deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, 0) != Z_OK)
		abort();
	memset(spaces, ' ', 1 << 20);
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)room;
	for (; left > 0; left -= 1 << 20) {
		z.next_in = (Bytef *)spaces;
		z.avail_in = 1 << 20;
		deflate(&z, Z_NO_FLUSH);
	}
	z.next_in = (Bytef *)a->body;
	z.avail_in = (uInt)a->n;
	deflate(&z, Z_FINISH);
	free(a->body);
	free(spaces);
	a->body = out;
	a->n = room - z.avail_out;
	deflateEnd(&z);
	a->coding = "gzip";
	if (fault_is(fault, "cutgzip") && a->n > 20)
		a->n -= 20;
	if (fault_is(fault, "longgzip") && a->n + 3 < room) {
		memcpy(out + a->n, "end", 3);
		a->n += 3;
	}
	if (fault_is(fault, "badgzip"))
		out[a->n - 6] ^= 1;
	if (fault_is(fault, "deflate"))
		a->coding = "deflate";
}

/* Whether so many calls came within the last second already; if not, this one counts. */
static bool
is_over_limit(struct server *s)
{
	struct timespec t;
	int64_t now;

	if (s->limit == 0 || s->limit > LIMIT_MOST)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &t);
	now = (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
	if (s->turns[s->turn] != 0 && now - s->turns[s->turn] < 1000000)
		return true;
	s->turns[s->turn] = now;
	s->turn = (s->turn + 1) % s->limit;
	return false;
}

static void
answer(struct server *s, struct MHD_Connection *c, const char *path, struct answer *a)
{
	static const struct fault wrong_key = { .kind = "401" };
	const struct fault *fault;
	FILE *f;

	a->status = 200;
	a->type = "application/json";
	if (strncmp(path, "/control/", 9) == 0) {
		f = open_memstream(&a->body, &a->n);
		a->status = control(s, c, path + 9, f);
		fclose(f);
		return;
	}
	note_call(s, c, path);
	if (is_over_limit(s)) {
		say(a, 429, "text/plain", "Too Many Requests");
		return;
	}
	if (strcmp(header(c, "clientId"), CLIENT_ID) != 0) {
		say(a, 401, a->type,
		    "{\"error\":[\"Unauthorized\"],\"message\":\"Invalid "
		    "clientId\",\"status\":401}");
		return;
	}
	fault = strcmp(header(c, "key"), KEY) == 0 ? faults_strike(&s->faults, path) : &wrong_key;
	if (answer_fault(fault, number(arg_or(c, "page_size", "0")), a))
		return;
	f = open_memstream(&a->body, &a->n);
	a->status = answer_real(s, c, path, fault, f);
	fclose(f);
	usleep((useconds_t)(s->call_us + a->n / 1024 * s->kilobyte_us));
	a->is_endless = fault_is(fault, "endless");
	if (strstr(header(c, "Accept-Encoding"), "gzip") != NULL && !fault_is(fault, "plain"))
		pack(a, fault);
}

static ssize_t
endless(void *context UNUSED, uint64_t at UNUSED, char *out, size_t max)
{
	memset(out, ' ', max);
	return (ssize_t)max;
}

static enum MHD_Result
on_call(void *context, struct MHD_Connection *c, const char *url, const char *method UNUSED,
    const char *version UNUSED, const char *upload UNUSED, size_t *upload_size UNUSED,
    void **state UNUSED)
{
	struct answer a = { 0 };
	struct MHD_Response *r;
	enum MHD_Result rc;

	answer(context, c, url, &a);
	if (a.is_endless) {
		free(a.body);
		a.coding = NULL;
		r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 65536, endless, NULL, NULL);
	} else {
		r = MHD_create_response_from_buffer(a.n, a.body, MHD_RESPMEM_MUST_FREE);
	}
	if (a.type != NULL)
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, a.type);
	if (a.coding != NULL)
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_ENCODING, a.coding);
	if (a.extra != NULL)
		MHD_add_response_header(r, a.extra, a.extra_value);
	rc = MHD_queue_response(c, a.status, r);
	MHD_destroy_response(r);
	return rc;
}

struct setup {
	size_t seed, locations, customers, days, orders, now, hidden, zone, limit;
};

static void
read_options(struct server *s, struct setup *x, char **argv)
{
	const struct {
		const char *name;
		bool *flag;
		size_t *number;
		char *file;
	} known[] = {
		{ .name = "--old", .flag = &s->world.is_old },
		{ .name = "--inclusive", .flag = &s->filter.is_inclusive },
		{ .name = "--seed", .number = &x->seed },
		{ .name = "--locations", .number = &x->locations },
		{ .name = "--customers", .number = &x->customers },
		{ .name = "--days", .number = &x->days },
		{ .name = "--orders", .number = &x->orders },
		{ .name = "--now", .number = &x->now },
		{ .name = "--hidden", .number = &x->hidden },
		{ .name = "--zone", .number = &x->zone },
		{ .name = "--limit", .number = &x->limit },
		{ .name = "--cert", .file = s->daemon.cert },
		{ .name = "--key", .file = s->daemon.key },
	};
	const size_t count = sizeof(known) / sizeof(known[0]);

	while (*++argv != NULL) {
		size_t i = 0;

		while (i < count && strcmp(*argv, known[i].name) != 0)
			i++;
		if (i == count || (known[i].flag == NULL && *++argv == NULL))
			exit(2);
		if (known[i].flag != NULL)
			*known[i].flag = true;
		else if (known[i].number != NULL)
			*known[i].number = number(*argv);
		else
			daemon_load(*argv, known[i].file);
	}
	s->world.hidden = (unsigned)x->hidden;
	s->filter.zone_minutes = (long)x->zone;
	s->limit = x->limit;
}

int
main(int argc UNUSED, char **argv)
{
	static struct server s = { .daemon = { .on_call = on_call } };
	struct setup x = { 1, 2, 60, 10, 20, (size_t)time(NULL), 8, 0, 0 };

	s.daemon.context = &s;
	read_options(&s, &x, argv);
	world_make(&s.world, x.seed, (int64_t)x.now, x.locations, x.customers, x.days, x.orders);
	s.log_file = open_memstream(&s.log, &s.log_n);
	daemon_run(&s.daemon);
	return 0;
}
