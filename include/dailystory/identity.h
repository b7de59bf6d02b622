/* identity.h -- who is a contact, and who is left out and why.
 *
 * Contract section 7, skipped.csv: suppressed, underage, no-identifier can be told of a customer
 * alone; duplicate-email is decided among all that share an email and are not left out already. The
 * table of emails lists those, so that only groups in which something changed are decided again, by
 * their profiles.
 */
#ifndef DAILYSTORY_IDENTITY_H
#define DAILYSTORY_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "dailystory/export_settings.h"
#include "profile/values.h"
#include "state/rows.h"
#include "state/state.h"

struct arena;

/* identity_alone(x, p, as_of): SKIPPED_NONE unless one of the first three reasons holds. */
enum skipped_reason identity_alone(
    const struct export_settings *x, const struct profile *p, int64_t as_of);

/* identity_due(x, p, as_of): when time alone may change that, or the birthdate that is exported. */
int64_t identity_due(const struct export_settings *x, const struct profile *p, int64_t as_of);

/* identity_dropped(a, p, as_of): the bits of what is left out of the row, those that depend on the
 * time as well. */
unsigned identity_dropped(struct arena *a, const struct profile *p, int64_t as_of);

/* A place in the table of emails, and what decides who of a group is kept. */
struct mailbox {
	struct str email; /* empty: none */
	int64_t last_purchase, created;
};

/* identity_move(s, id, before, now, changed, e): the customer goes from one to the other; *changed
 * if they differ. */
int identity_move(struct state *s, struct str id, const struct mailbox *before,
    const struct mailbox *now, bool *changed, struct err *e) ERR_MUST;

/* What a group decided of one of its members. */
struct verdict {
	struct str id;
	enum skipped_reason reason; /* SKIPPED_NONE or SKIPPED_DUPLICATE */
	struct str detail;          /* the id that is kept instead */
};

/* identity_decide(a, s, email, out, e): append the verdicts on all who share the email; their
 * profiles are stored. */
struct verdicts {
	struct verdict *list;
	size_t n, cap;
};
int identity_decide(struct arena *a, struct state *s, struct str email, struct verdicts *out,
    struct err *e) ERR_MUST;

#endif /* DAILYSTORY_IDENTITY_H */
