/* state_answers.h -- the last answer each customer gave to "may we write to you?".
 *
 * A consent flag that cannot be read keeps the last known answer (contract, section 3): the last
 * true or false the customer gave, however long ago, also before a removal.  The customer's row has
 * the answers in force; what it does not say any more is kept here, written when an answer ends, so
 * a first run writes none.
 */
#ifndef STATE_STATE_ANSWERS_H
#define STATE_STATE_ANSWERS_H

#include "base/err.h"
#include "base/str.h"
#include "record/record.h"
#include "state/state.h"

/* TRI_ABSENT: none. */
struct answers {
	enum tri email, text;
};

static inline struct answers
state_answers_of(const struct customer *c)
{
	return (struct answers){ c->email_consent, c->text_consent };
}

/* state_answers_settle(c, last): where a flag of the record cannot be read, the last answer takes
 * its place.  Returns: true if a flag was such. */
bool state_answers_settle(struct customer *c, struct answers last);

/* state_answers_last(s, id, now, e): ${now} are the answers in force, or none; fill in the last one
 * given where there is none. */
int state_answers_last(struct state *s, struct str id, struct answers *now, struct err *e) ERR_MUST;

/* state_answers_follow(s, id, before, now, e): the customer's row changes or goes; keep of the
 * answers before what those now do not say any more. */
int state_answers_follow(struct state *s, struct str id, struct answers before, struct answers now,
    struct err *e) ERR_MUST;

#endif /* STATE_STATE_ANSWERS_H */
