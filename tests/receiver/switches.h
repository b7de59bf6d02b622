/* switches.h -- what nobody knows of DailyStory: a test chooses it.
 *
 * The first word of each list is what holds until something else is chosen.
 */
#ifndef RECEIVER_SWITCHES_H
#define RECEIVER_SWITCHES_H

#include <stdbool.h>
#include <string.h>

/* X(name, words): no words, any text will do. */
#define SWITCHES(X)                                                                                \
	X(match, "email mobile conflict") /* email of one contact, mobile of another: which */     \
	X(taken, "refuse move")           /* another contact's address, sent with a dsId */        \
	X(empty, "clear keep refuse")     /* "" as a value */                                      \
	X(deleted,                                                                                 \
	    "missing status revive")  /* a deleted contact: 404, 200 "Deleted", found again */     \
	X(optouts, "address contact") /* what an opt-out belongs to */                             \
	X(names, "same title")        /* case of names */                                          \
	X(custom, "same title")       /* case of custom values */                                  \
	X(by_email, "off on")         /* GET /contact/EMAIL */                                     \
	X(endpoint, "on off")         /* POST /contact/optout/email */                             \
	X(segments, "on off")         /* POST /segment */                                          \
	X(text_flag, "")              /* name of the flag that opts a contact out of texts */      \
	X(email_flag, "")             /* the same of email */

struct switches {
#define X(name, words) char name[64];
	SWITCHES(X)
#undef X
};

static inline bool
switch_is(const char *value, const char *word)
{
	return strcmp(value, word) == 0;
}

/* Everything as it is until something else is chosen. */
void switches_init(struct switches *s);

/* False: no such switch, or it does not know the word. */
bool switches_set(struct switches *s, const char *name, const char *value);

#endif /* RECEIVER_SWITCHES_H */
