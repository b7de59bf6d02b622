/* probe.h -- single calls about one contact of the operator's own, to find out what DailyStory
 * does.
 *
 * Nothing is noted: the contact need not be a customer's.  Only here are names tried.
 */
#ifndef PUSH_PROBE_H
#define PUSH_PROBE_H

#include "account/settings_push.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "base/str.h"
#include "push/caller.h"

/* Zero-initialisable. */
struct probe {
	struct caller caller;
	struct buf token, body;
	struct str dsid;
	struct arena a;
};

/* What came of a call; in the probe's arena. */
struct probe_answer {
	enum answer_class class;
	long status;
	struct str message; /* addresses masked; of no answer: why */
};

/* probe_open(x, account, settings, host, e): nothing is sent yet. */
int probe_open(struct probe *x, const char *account, const struct push_settings *settings,
    const struct host *host, struct err *e) ERR_MUST;

/* probe_find(x, email, e): the contact is found or made by its email.  Errors: also ERR_FAILED if
 * DailyStory does not take it. */
int probe_find(struct probe *x, struct str email, struct err *e) ERR_MUST;

/* probe_set(x, members, out, e): send these members of the contact, as JSON without brackets. */
int probe_set(
    struct probe *x, struct str members, struct probe_answer *out, struct err *e) ERR_MUST;

/* probe_get(x, name, value, e): read the contact back: 1 and the value of that member, or of that
 * extended property, as text; 0 there is none. */
int probe_get(struct probe *x, struct str name, struct str *value, struct err *e) ERR_MUST;

int probe_delete(struct probe *x, struct probe_answer *out, struct err *e) ERR_MUST;
void probe_close(struct probe *x);

#endif /* PUSH_PROBE_H */
