/* send_look.h -- what DailyStory has in one field of one contact, where a push has to know. */
#ifndef PUSH_SEND_LOOK_H
#define PUSH_SEND_LOOK_H

#include <stdbool.h>

#include "base/str.h"
#include "push/send_call.h"

struct send_look {
	struct caller_answer c;
	bool is_there;    /* false: it is deleted, or DailyStory knows no such contact */
	bool is_read;     /* the answer has a contact */
	struct str value; /* if it is read; in the arena of the push */
};

/* So many without an answer, one after the other, and who is only late is not looked at any more.
 */
#define SEND_LOOKS_MOST 3

/* send_look(g, dsid, key, out): Returns: SEND_DONE, SEND_UNKNOWN, -1.  Errors: as send_call. */
int send_look(struct send *g, struct str dsid, struct str key, struct send_look *out) ERR_MUST;

#endif /* PUSH_SEND_LOOK_H */
