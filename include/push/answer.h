/* answer.h -- what an answer of DailyStory means, as a pure function of status and body.
 *
 * Every reply is {"Status":bool,"Message":"...","Response":{...}}.  A 2xx is believed only with
 * such a body.  Source: flowstory-push(7).
 */
#ifndef PUSH_ANSWER_H
#define PUSH_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "json/read.h"
#include "lib/http.h"

enum answer_class {
	ANSWER_ACKED,
	ANSWER_REJECTED, /* not to be tried again with the same values */
	ANSWER_UNKNOWN,  /* it may have been done; to be tried again */
	ANSWER_TOKEN,    /* 401, 403 */
	ANSWER_FAILED    /* a redirect, a certificate, a status that nobody expects */
};

/* What has to be in the answer. */
enum answer_shape {
	ANSWER_ANY,
	ANSWER_CONTACT, /* Response.id, 16 to 40 letters and digits */
	ANSWER_SEGMENT  /* Response.id, text or number */
};

struct answer {
	enum answer_class class;
	long status;
	struct str id;      /* of the shape */
	bool is_deleted;    /* Response.status says so */
	struct str message; /* DailyStory's, addresses masked; at most 300 characters */
	struct str body;    /* as it came; of a GET */
};

/*
 * answer_read(a, fault, status, body, is_known, shape, out):
 * ${is_known}: a dsid was addressed, so that 404 is about it.  Texts are in ${a} or borrowed from
 * the body.
 */
void answer_read(struct arena *a, enum http_fault fault, long status, struct str body,
    bool is_known, enum answer_shape shape, struct answer *out);

/* answer_value(a, j, contact, key): a field of a contact, its own or an extended one, as text;
 * nothing is "". */
struct str answer_value(struct arena *a, const struct json *j, uint32_t contact, struct str key);

/* answer_plain(a, key, value): an address as we write it; DailyStory may write it in a way of its
 * own. */
struct str answer_plain(struct arena *a, struct str key, struct str value);

/* answer_mask(a, s): printable, and without anything that looks like an email or a number of six
 * digits or more; at most 300 characters. */
struct str answer_mask(struct arena *a, struct str s);

#endif /* PUSH_ANSWER_H */
