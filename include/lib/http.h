/* http.h -- one HTTP connection (libcurl): a request in, a response out.
 *
 * The connection is kept alive, HTTP/2 is taken where it is offered.  TLS is
 * always verified, a redirect is never followed, nothing is decoded: the body
 * is what came, and whether all of it came is judged here, not by libcurl
 * (7.88 takes a body without length that just stops for a whole one).
 * Headers are wiped from our memory; no message ever holds one.
 * Threads: one connection belongs to one thread.
 */
#ifndef LIB_HTTP_H
#define LIB_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct http;

struct http_settings {
	const char *ca_file; /* NULL: the system's */
	uint64_t connect_ms; /* until the connection stands */
	uint64_t whole_ms;   /* until the last byte */
	uint64_t stall_ms;   /* in which HTTP_TRICKLE bytes of an answer begun
	                        must come */
	uint64_t body_limit; /* bytes of a body as received */
	bool is_plain;       /* no TLS: loopback; then no proxy either */
};

/* A body that comes slower than this in stall_ms has stalled. */
#define HTTP_TRICKLE 512

/* What went wrong on the way; an answer of any status is no fault. */
enum http_fault {
	HTTP_FINE,
	HTTP_UNREACHABLE, /* no connection, or it broke before an answer */
	HTTP_TIMEOUT,     /* connect_ms, whole_ms */
	HTTP_STALLED,
	HTTP_CUT,       /* the body is not known to be whole */
	HTTP_TOO_LARGE, /* over body_limit */
	HTTP_UNTRUSTED  /* the certificate */
};

/* Zero-initialisable; reused by the next call. */
struct http_response {
	enum http_fault fault;
	long status;          /* 0: none came */
	struct buf body;      /* as received, transfer coding taken off */
	char coding[32];      /* Content-Encoding in lower case, or "" */
	char retry_after[64]; /* as it stands, or "" */
	char location[256];   /* scheme and host of a redirect, or "" */
	uint64_t received;    /* bytes of body on the wire */
	bool may_be_second;   /* a connection was made though one was kept: perhaps it was sent on
	                       * that first, and libcurl sent it again */
};

/* Errors: ERR_FAILED if libcurl cannot be set up. */
struct http *http_new(const struct http_settings *s, struct err *e);
void http_free(struct http *h); /* NULL is fine; wipes the headers */

/* http_header(h, name, value): sent with every request from now on. */
void http_header(struct http *h, const char *name, struct str value);

enum http_method {
	HTTP_GET,
	HTTP_POST,
	HTTP_DELETE
};

/* One request; everything is borrowed for the call. */
struct http_request {
	enum http_method method;
	const char *url;
	struct str body; /* of a POST */
	uint64_t id;     /* sent as X-Request-Id; 0: none */
	bool is_once;    /* on a connection of its own: on one that was kept and turns out to be
	                  * closed, libcurl sends a request again */
};

/*
 * http_call(h, q, r, e):
 * One request.  Proof that an answer's body is whole: its declared length was met, its last chunk
 * was seen, or HTTP/2 ended the stream.  Returns: 0 an answer of any status; -1 a fault, r->fault
 * says which and ${e} (ERR_FAILED) how.
 */
int http_call(
    struct http *h, const struct http_request *q, struct http_response *r, struct err *e) ERR_MUST;
void http_response_release(struct http_response *r);

/* http_version(b): a line "libcurl <version>"; "not found" where there is none. */
void http_version(struct buf *b);

#endif /* LIB_HTTP_H */
