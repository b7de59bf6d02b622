/* client.h -- one call after the other, with manners.
 *
 * One connection; at least min_interval_ms from the beginning of a call to that
 * of the next; retries with growing waits (retry.h).  A body counts only if it
 * came whole, inflates strictly and is an answer (envelope.h).
 */
#ifndef FLOWHUB_CLIENT_H
#define FLOWHUB_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "flowhub/response.h"
#include "base/host.h"
#include "flowhub/flowhub_settings.h"
#include "lib/http.h"

/* Pages are not made smaller than this. */
#define CLIENT_PAGE_LEAST 50

/* The pair Flowhub gave; borrowed, wiped by its owner. */
struct credentials {
	struct str client_id, key;
};

struct client {
	const struct flowhub_settings *settings;
	const struct host *out;
	struct str key; /* borrowed: to keep it out of messages */
	struct http *http;
	struct http_response response;
	struct buf inflated, url;
	struct response envelope; /* of the last answer */
	struct str body;          /* the last answer, decoded */
	bool has_called;
	int64_t last_call;                  /* ticks */
	uint64_t size[RESOURCE_ORDERS + 1]; /* pages asked for now, by resource */
	uint64_t calls, retries, received;
};

/* One thing asked for, with its retries. */
struct call {
	enum resource resource;
	bool can_shrink;   /* a smaller page may be asked for */
	uint64_t attempts; /* that failed; 0 at first */
};

enum client_result {
	CLIENT_DONE,   /* body and envelope are the answer */
	CLIENT_ABSENT, /* no such customer */
	CLIENT_SMALLER /* size[] was halved: ask again with a new path, the same
	                  call */
};

/*
 * client_open(c, settings, credentials, ca_file, out, e):
 * ${ca_file} NULL: the system's.
 * Errors: ERR_SETTINGS: base_url, or a credential no header can hold.
 */
int client_open(struct client *c, const struct flowhub_settings *settings,
    const struct credentials *credentials, const char *ca_file, const struct host *out,
    struct err *e) ERR_MUST;

/*
 * client_get(c, call, path, e):
 * Returns: enum client_result, or -1.
 * Errors:  ERR_SETTINGS the client id or the key is refused; ERR_BUSY Flowhub
 * gave no answer and may later; ERR_FAILED another try would not help
 * (redirect, certificate, status).
 */
int client_get(struct client *c, struct call *call, struct str path, struct err *e) ERR_MUST;

void client_close(struct client *c);

#endif /* FLOWHUB_CLIENT_H */
