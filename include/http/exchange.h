/* exchange.h -- one call after another to one server: paced, decoded, and put into words.
 *
 * One connection.  A body counts only if all of it came and it inflates without a fault; what it
 * means is the caller's to say, and whether the call is tried again (retry.h).
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/host.h"
#include "base/str.h"
#include "http/limit.h"
#include "http/pace.h"
#include "lib/http.h"

struct exchange_settings {
	struct str base_url; /* url_check has passed it */
	const char *ca_file; /* NULL: the system's */
	bool is_plain;       /* what url_check said */
	uint64_t timeout_s, min_interval_ms;
	uint64_t body_limit;   /* bytes of an answer, as it came and inflated */
	const char *limit_dir; /* where processes share a limit (limit.h); NULL: no such limit */
};

struct exchange {
	const struct host *host;
	struct str base_url;
	struct str secret; /* borrowed: to keep it out of messages */
	struct http *http;
	struct http_response transfer; /* the last answer, as it came */
	struct str body;               /* decoded */
	struct buf inflated, url;
	uint64_t body_limit;
	struct pace pace;
	struct limit limit;
	uint64_t calls, received;
};

/* exchange_open(x, s, secret, host, e): nothing is sent yet.  The headers of every request are
 * added by http_header(x->http, ...). */
int exchange_open(struct exchange *x, const struct exchange_settings *s, struct str secret,
    const struct host *host, struct err *e) ERR_MUST;

/*
 * exchange_call(x, q, path, e):
 * One request, whose url is made of ${path}.  Returns: 0 an answer of any status, decoded; -1 none,
 * x->transfer.fault says which fault unless only the body could not be decoded.
 */
int exchange_call(
    struct exchange *x, struct http_request q, struct str path, struct err *e) ERR_MUST;

/* exchange_retry_after(x): what the last answer's Retry-After says, in us from now; 0: nothing. */
int64_t exchange_retry_after(const struct exchange *x);

/* exchange_describe(x, why, e, kind): the last call as one clause; ${why} says it where the
 * transfer failed or the answer was none.  Quotes the body of an error only if no secret is in it.
 */
void exchange_describe(
    struct exchange *x, const struct err *why, struct err *e, enum err_kind kind);

void exchange_close(struct exchange *x);

#endif /* HTTP_EXCHANGE_H */
