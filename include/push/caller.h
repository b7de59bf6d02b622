/* caller.h -- calls to DailyStory, one at a time, each tried until its answer is known. */
#ifndef PUSH_CALLER_H
#define PUSH_CALLER_H

#include <stdbool.h>
#include <stdint.h>

#include "account/settings_push.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "base/str.h"
#include "http/exchange.h"
#include "push/answer.h"

#define CALLER_SILENCES_MOST 10 /* one after the other, before DailyStory counts as down */

/* Zero-initialisable. */
struct caller {
	const struct push_settings *push;
	const struct host *host;
	struct exchange x;
	struct arena arena; /* of the last answer */
	struct buf path;
	char url[64]; /* found from the token */
	uint64_t retries;
	struct err silence; /* what came in place of the last answer that was missing */
};

/* One thing asked for. */
struct caller_request {
	enum http_method method;
	const char *path; /* after /api/v1 */
	struct str id;    /* added to the path, if there is one: of a contact or a segment */
	struct str body;
	struct str dsid; /* of which the answer has to be; empty: of any */
	bool is_known;   /* a dsid is addressed */
	bool is_once;    /* not to be repeated: it would be done twice */
	enum answer_shape shape;
	uint64_t number; /* sent as X-Request-Id */
};

/* What it took. */
struct caller_answer {
	struct answer answer;
	uint64_t tries;
	bool may_be_second; /* the last of them (http.h) */
	int64_t us;
	bool asks_to_wait; /* for longer than a push waits */
	bool is_other;     /* the last answer was of another contact than the one that was named */
};

/* caller_open(c, push, token, ca_file, host, e): Errors: ERR_SETTINGS: the URL, or a token that no
 * header can hold or that names no data centre. */
int caller_open(struct caller *c, const struct push_settings *push, struct str token,
    const char *ca_file, const struct host *host, struct err *e) ERR_MUST;

/*
 * caller_call(c, q, out, e):
 * Texts of ${out} are valid until the next call.
 * Returns: 0 acked, rejected or unknown; -1.
 * Errors:  ERR_SETTINGS the token is refused; ERR_FAILED a redirect, a certificate, a status.
 */
int caller_call(struct caller *c, const struct caller_request *q, struct caller_answer *out,
    struct err *e) ERR_MUST;

/* caller_fail_silent(c, asks_to_wait, e): DailyStory asks for a longer wait than is made, or did
 * not answer that many times.  Returns: -1 ERR_BUSY. */
int caller_fail_silent(const struct caller *c, bool asks_to_wait, struct err *e);

/* caller_note_refused(c, method, path, a): a refusal leaves a row pending, as no answer does. */
void caller_note_refused(
    struct caller *c, enum http_method method, const char *path, const struct answer *a);

void caller_close(struct caller *c);

#endif /* PUSH_CALLER_H */
