/* affected.h -- the customers who are looked at with a snapshot.
 *
 * Those whose records changed, those whose time has come, those whose mailbox somebody else entered
 * or left; everybody only after a change of rules or settings.  Their profiles are brought up to
 * date on the way.
 */
#ifndef DAILYSTORY_AFFECTED_H
#define DAILYSTORY_AFFECTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "dailystory/identity.h"
#include "dailystory/export_settings.h"
#include "delta/apply.h"
#include "state/rows.h"
#include "record/record.h"
#include "state/state.h"

/* A customer who is looked at. */
struct affected_customer {
	struct str id;
	bool is_touched; /* their records changed */
	bool is_new, is_gone;
	bool is_eligible;         /* in the table of emails */
	uint8_t alone;            /* enum skipped_reason, as far as it can be told of them alone */
	struct str email, mobile; /* of one who is gone: the last known */
};

/* What decides who is looked at. */
struct affected_source {
	int64_t as_of;
	const struct apply_result *touched;
	const struct record_settings *ledger;
	const struct export_settings *settings;
	bool is_everybody; /* rules or settings changed: all customers */
	bool is_recounted; /* and all profiles are rebuilt */
	size_t jobs;
};

/* Zero-initialisable. */
struct affected {
	struct affected_customer *list; /* by id */
	size_t n, cap;
	struct verdicts verdicts; /* by id: of all whose mailbox was decided again */
	struct arena keep;
};

/* affected_find(j, s, source, e): fill the list; profiles, orphans, mailboxes in the state are up
 * to date then. */
int affected_find(struct affected *j, struct state *s, const struct affected_source *source,
    struct err *e) ERR_MUST;

/* affected_reason(j, u, before, out): why the customer is no contact now; detail with it. */
void affected_reason(const struct affected *j, const struct affected_customer *u,
    const struct contact_status *before, struct contact_status *out);

/* affected_standing(a, s, id, out, e): 1 and the standing stored, in a; 0 and one of nobody. */
int affected_standing(struct arena *a, struct state *s, struct str id, struct contact_status *out,
    struct err *e) ERR_MUST;

void affected_release(struct affected *j);

#endif /* DAILYSTORY_AFFECTED_H */
