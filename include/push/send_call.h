/* send_call.h -- one call of a push, noted in the books as it is answered. */
#ifndef PUSH_SEND_CALL_H
#define PUSH_SEND_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "push/caller.h"
#include "push/push_plan.h"
#include "push/wanted_source.h"

enum send_result {
	SEND_DONE,     /* acked, or there was nothing left to do */
	SEND_REJECTED, /* a dead letter */
	SEND_UNKNOWN   /* no answer: the row stays pending */
};

struct send {
	const struct wanted_source *x;
	struct caller *caller;
	uint64_t acked, rejected; /* lines of the journal; acked: by a call */
	uint64_t noted;           /* acked, and what was so without a call */
	uint64_t refusals;        /* of these, by DailyStory and not by us without a call */
	struct refused letters; /* rows of VIEW_LETTERS that these made; 's': a segment, by slug */
	bool asks_to_wait;
	bool is_held;           /* what is acked is not all of a snapshot: 'push_hold' */
	bool is_stopped;        /* by the breaker: of a row only the status, but for an erasure */
	bool is_put_off;        /* of the last item: its row was stopped so */
	bool is_taken;          /* of the last item: another customer's contact had the address */
	bool retries;           /* what was rejected in an earlier push */
	struct refused refused; /* in this push */
	unsigned silences;      /* send_tell.h: calls without an answer, one after the other */
	bool is_deaf;           /* send_tell.h: that call is not made any more */
	bool is_skipped;        /* of the last item: it was not */
	unsigned silent_looks;  /* looks without an answer, and no answer since */
	struct push_counts messages; /* of rejections */
	struct arena a;              /* of one item */
	struct buf body;
	struct err *e;
};

/* Why a row is to be a dead letter. */
struct send_refusal {
	struct str reason, message;
};

/* send_call_ask(g, q, x, c, why): the call that the line tells of.  That it was begun is on the
 * disk before it leaves, with the fields that ${x} has now; its answer is not noted, so that what
 * has to be done first can be.  Returns: enum send_result, or -1.  Errors: those of caller_call,
 * and of the journal. */
int send_call_ask(struct send *g, struct caller_request q, struct journal_line *x,
    struct caller_answer *c, struct send_refusal *why) ERR_MUST;

/* send_call(g, q, x, c): the same; a rejection is noted here, what was acked
 * is for send_call_note, when the caller has looked at the answer.  Returns: enum send_result, or
 * -1.  Errors: those of caller_call, and of the journal. */
int send_call(struct send *g, struct caller_request q, struct journal_line *x,
    struct caller_answer *c) ERR_MUST;
int send_call_note(struct send *g, struct journal_line *x, const struct caller_answer *c) ERR_MUST;

/* send_call_refused(g, x, c): DailyStory refused that call, and another one goes before the dead
 * letter is noted. */
int send_call_refused(
    struct send *g, const struct journal_line *x, const struct caller_answer *c) ERR_MUST;

/* send_call_reject(g, x, c, reason, message): a dead letter.  Returns: SEND_REJECTED, or -1. */
int send_call_reject(struct send *g, struct journal_line x, const struct caller_answer *c,
    struct str reason, struct str message) ERR_MUST;

/* send_call_delete(g, dsid, c): a deletion that no line tells of: it is noted already, or by what
 * made the contact, that it may be there.  Errors: those of caller_call. */
int send_call_delete(struct send *g, struct str dsid, struct caller_answer *c) ERR_MUST;

/* send_call_now(g): us, by the clock that dates what is noted. */
int64_t send_call_now(const struct send *g);

/* send_call_retries(g, kind, of): a dead letter does not wait: somebody asked for it, and it was
 * not refused again in this push; ${kind} and ${of} as in refused.h. */
bool send_call_retries(const struct send *g, char kind, struct str of);

void send_call_release(struct send *g);

#endif /* PUSH_SEND_CALL_H */
