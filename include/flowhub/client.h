/* client.h -- calls Flowhub's API, one call at a time.
 *
 * One connection (http/exchange.h).  Failed calls are retried after growing waits (verdict.h).  A
 * body counts only if all of it came, it inflates without a fault, and response.h accepts it.
 */
#ifndef FLOWHUB_CLIENT_H
#define FLOWHUB_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/host.h"
#include "base/str.h"
#include "flowhub/request.h"
#include "flowhub/response.h"
#include "http/exchange.h"

/* Pages are not made smaller than this. */
#define CLIENT_PAGE_LEAST 50

/* What Flowhub gave the account's owner; borrowed, wiped by its owner. */
struct client_credentials {
	struct str client_id, key;
};

struct client {
	const struct flowhub_settings *settings;
	const struct host *host;
	struct exchange x;
	struct response response;           /* the last answer, parsed */
	uint64_t size[RESOURCE_ORDERS + 1]; /* records to ask for in a page, by resource */
	uint64_t retries;
};

/* One thing asked for, with its retries. */
struct client_call {
	enum resource resource;
	bool can_shrink;   /* a smaller page may be asked for */
	uint64_t attempts; /* that failed, but for those that halved the page; 0 at first */
};

enum client_result {
	CLIENT_DONE,   /* body and response hold the answer */
	CLIENT_ABSENT, /* no such customer */
	CLIENT_SMALLER /* size[] was halved: repeat the call with a new path */
};

/* What a base_url looks like, for url_check. */
#define CLIENT_URL "https://api.flowhub.co"

/*
 * client_open(c, settings, credentials, ca_file, host, e):
 * ${ca_file} NULL: the system's.
 * Errors: ERR_SETTINGS: base_url, or a credential no header can hold.
 */
int client_open(struct client *c, const struct flowhub_settings *settings,
    const struct client_credentials *credentials, const char *ca_file, const struct host *host,
    struct err *e) ERR_MUST;

/*
 * client_get(c, call, path, e):
 * Returns: enum client_result, or -1.
 * Errors:  ERR_SETTINGS the client id or the key is refused; ERR_BUSY Flowhub did not answer but
 *          may later; ERR_FAILED another try would not help (redirect, certificate, status).
 */
int client_get(struct client *c, struct client_call *call, struct str path, struct err *e) ERR_MUST;

/* client_is_refused(c): the last call was answered with a 4xx that no retry cures: 401, 403, 404,
 * ...  Whether it is about the account or about what was asked for, the caller judges. */
bool client_is_refused(const struct client *c);

void client_close(struct client *c);

#endif /* FLOWHUB_CLIENT_H */
