/* send.h -- one item of the plan into calls, each noted in the books as it is answered.
 *
 * Matching is never left to DailyStory: a contact is found or made by one address alone, bound to
 * its dsid for good, and every call but that first one carries the dsid
 * (docs/decisions/0032-whose-contact-it-is.md). Bodies are made here, from the state as the plan
 * saw it and the books as they are now.
 */
#ifndef PUSH_SEND_H
#define PUSH_SEND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "push/caller.h"
#include "push/push_plan.h"
#include "push/wanted.h"

enum send_result {
	SEND_DONE,     /* acked, or there was nothing left to do */
	SEND_REJECTED, /* a dead letter */
	SEND_UNKNOWN   /* no answer: the row stays pending */
};

struct send {
	const struct wanted_source *x;
	struct caller *caller;
	uint64_t acked, rejected; /* answers */
	bool asks_to_wait;
	bool is_taken; /* of the last item: another customer's contact had the address */
	struct push_counts messages; /* of rejections */
	struct arena a;              /* of one item */
	struct buf body;
	struct err *e;
};

/* send_item(g, item, ...): Returns: enum send_result, or -1.
 * Errors: those of caller_call, and of the journal. */
int send_item(struct send *g, const struct push_item *item) ERR_MUST;

/* send_call(g, q, x, c): the call that the line tells of; a rejection is noted here, what was acked
 * is for send_note, when the caller has looked at the answer.  Returns: enum send_result, or -1. */
int send_call(struct send *g, struct caller_request q, struct journal_line *x,
    struct caller_answer *c) ERR_MUST;
int send_note(struct send *g, struct journal_line *x, const struct caller_answer *c) ERR_MUST;
void send_release(struct send *g);

#endif /* PUSH_SEND_H */
