/* Goal: a body counts as whole only if the wire says so, wherever it is cut. */
#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/http.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A server that gives one answer, cut at a byte, to each of so many calls. */
struct server {
	int listener;
	unsigned short port;
	pthread_t thread;
	const char *answer;
	size_t from, to; /* the n-th call gets from + n bytes */
};

static void *
serve(void *context)
{
	struct server *s = context;
	char request[4096];

	for (size_t n = s->from; n < s->to; n++) {
		int fd = accept(s->listener, NULL, NULL);
		size_t got = 0;

		if (fd < 0)
			break;
		while (got < sizeof(request) - 1) {
			ssize_t r = read(fd, request + got, sizeof(request) - 1 - got);

			if (r <= 0)
				break;
			got += (size_t)r;
			request[got] = '\0';
			if (strstr(request, "\r\n\r\n") != NULL)
				break;
		}
		if (write(fd, s->answer, n) != (ssize_t)n)
			break;
		close(fd);
	}
	return NULL;
}

static struct server *
server_new(const char *answer, size_t from, size_t to)
{
	static struct server s;
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(at);

	s = (struct server){ .listener = socket(AF_INET, SOCK_STREAM, 0),
		.answer = answer,
		.from = from,
		.to = to };
	cr_assert(bind(s.listener, (struct sockaddr *)&at, n) == 0);
	cr_assert(listen(s.listener, 8) == 0);
	cr_assert(getsockname(s.listener, (struct sockaddr *)&at, &n) == 0);
	s.port = ntohs(at.sin_port);
	cr_assert(pthread_create(&s.thread, NULL, serve, &s) == 0);
	return &s;
}

static void
server_end(struct server *s)
{
	shutdown(s->listener, SHUT_RDWR);
	close(s->listener);
	pthread_join(s->thread, NULL);
}

static struct http *
open_http(void)
{
	const struct http_settings settings = { .connect_ms = 2000,
		.whole_ms = 5000,
		.stall_ms = 2000,
		.body_limit = 1000,
		.is_plain = true };
	struct err e = ERR_INIT;
	struct http *h = http_new(&settings, &e);

	cr_assert(h != NULL, "%s", e.msg);
	return h;
}

static int
get(struct server *s, struct http *h, struct http_response *r, struct err *e)
{
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%u/x", s->port);
	return http_call(h, &(struct http_request){ .method = HTTP_GET, .url = url }, r, e);
}

static const char head[] = "HTTP/1.1 200 OK\r\n";
static const char declared[] = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n"
                               "{\"orders\":[1,2,3,4]}";
static const char chunked[] =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    "7;why=so\r\n{\"order\r\nd\r\ns\":[1,2,3,4]}\r\n0\r\nTrail: er\r\n\r\n";
static const char absent[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
                             "{\"orders\":[1,2,3,4]}";

/* Every cut is a fault; the whole is the body, or with ${never} a fault, too.
 */
static void
expect_cuts(const char *answer, bool never)
{
	size_t all = strlen(answer);
	struct server *s = server_new(answer, sizeof(head), all + 1);
	struct http *h = open_http();
	struct http_response r = { 0 };

	for (size_t n = sizeof(head); n <= all; n++) {
		struct err e = ERR_INIT;
		int rc = get(s, h, &r, &e);

		if (n < all || never) {
			cr_expect(rc == -1, "%zu of %zu bytes", n, all);
			cr_expect(r.fault == HTTP_CUT || r.fault == HTTP_UNREACHABLE,
			    "%zu: fault %d: %s", n, (int)r.fault, e.msg);
		} else {
			cr_expect(rc == 0, "whole: %s", e.msg);
			cr_expect(str_eq(buf_view(&r.body), STR("{\"orders\":[1,2,3,4]}")));
		}
	}
	http_response_release(&r);
	http_free(h);
	server_end(s);
}

Test(http, a_declared_length_must_be_met)
{
	expect_cuts(declared, false);
}

Test(http, the_last_chunk_and_the_end_behind_it_must_come)
{
	expect_cuts(chunked, false);
}

Test(http, a_body_without_a_length_is_never_whole)
{
	expect_cuts(absent, true);
}

static const struct {
	const char *answer;
	int fault; /* enum http_fault */
} odd[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", HTTP_CUT },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: "
	  "2\r\n\r\n{}",
	    HTTP_FINE },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
	  "2\r\n{}\r\n0\r\n\r\n",
	    HTTP_CUT },
	{ "HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\n"
	  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
	    HTTP_FINE },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n"
	  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	    HTTP_CUT },
	{ "", HTTP_UNREACHABLE },
	{ "nonsense\r\n\r\n", HTTP_UNREACHABLE },
};

Test(http, headers_that_contradict_prove_nothing)
{
	for (size_t i = 0; i < COUNT(odd); i++) {
		size_t n = strlen(odd[i].answer);
		struct server *s = server_new(odd[i].answer, n, n + 1);
		struct http *h = open_http();
		struct http_response r = { 0 };
		struct err e = ERR_INIT;
		int rc = get(s, h, &r, &e);

		cr_expect((int)r.fault == odd[i].fault, "row %zu: %d: %s", i, (int)r.fault, e.msg);
		cr_expect(rc == (odd[i].fault == HTTP_FINE ? 0 : -1));
		http_response_release(&r);
		http_free(h);
		server_end(s);
	}
}

Test(http, a_body_over_the_limit_is_stopped)
{
	char answer[2100];
	int at =
	    snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n");
	struct server *s;
	struct http *h = open_http();
	struct http_response r = { 0 };
	struct err e = ERR_INIT;
	int rc;

	memset(answer + at, 'x', 1001);
	answer[at + 1001] = '\0';
	s = server_new(answer, (size_t)at + 1001, (size_t)at + 1002);
	rc = get(s, h, &r, &e);

	cr_expect(rc == -1);
	cr_expect(r.fault == HTTP_TOO_LARGE, "%d: %s", (int)r.fault, e.msg);
	http_response_release(&r);
	http_free(h);
	server_end(s);
}

Test(http, what_is_told_of_a_redirect_is_its_host)
{
	const char *answer = "HTTP/1.1 302 Found\r\nLocation: https://other.example.com/a?key=1"
	                     "\r\nRetry-After: 7\r\nContent-Encoding: GZip\r\n"
	                     "Content-Length: 0\r\n\r\n";
	struct server *s = server_new(answer, strlen(answer), strlen(answer) + 1);
	struct http *h = open_http();
	struct http_response r = { 0 };
	struct err e = ERR_INIT;

	cr_expect(get(s, h, &r, &e) == 0, "%s", e.msg);
	cr_expect(r.status == 302);
	cr_expect(strcmp(r.location, "https://other.example.com") == 0, "%s", r.location);
	cr_expect(strcmp(r.retry_after, "7") == 0);
	cr_expect(strcmp(r.coding, "gzip") == 0);
	http_response_release(&r);
	http_free(h);
	server_end(s);
}
