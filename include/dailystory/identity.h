/* identity.h -- who is a contact, and who is left out and why.
 *
 * Contract section 7, skipped.csv.  The reasons suppressed, underage, age-unknown and no-identifier
 * can be told of a customer alone; duplicate-email is decided among all who share an email and are
 * not left out already.  The table of emails lists those, so that only emails of which something
 * changed are decided again.
 */
#ifndef DAILYSTORY_IDENTITY_H
#define DAILYSTORY_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "dailystory/suppress.h"
#include "profile/values.h"
#include "record/record.h"
#include "state/rows.h"
#include "state/state.h"

struct arena;

/* One customer. */

/* identity_alone(x, p, as_of): SKIPPED_NONE unless one of the first three reasons holds.  The
 * customer's record decides, not the orders. */
enum skipped_reason identity_alone(
    const struct export_settings *x, const struct profile *p, int64_t as_of);

/* identity_due(x, p, as_of): when time alone may change that, or the birthdate that is exported. */
int64_t identity_due(const struct export_settings *x, const struct profile *p, int64_t as_of);

/* identity_dropped(a, p, as_of): the bits (enum normalize_drop) of what is left out of the row,
 * also of what depends on the time. */
unsigned identity_dropped(struct arena *a, const struct profile *p, int64_t as_of);

/* Those who share an email. */

/* identity_move(s, id, before, now, e): the customer's email in the table of emails is another; an
 * empty one is none. */
int identity_move(
    struct state *s, struct str id, struct str before, struct str now, struct err *e) ERR_MUST;

/* identity_sharing(a, s, email, ids, n, e): the ids under an email, sorted, in ${a}. */
int identity_sharing(struct arena *a, struct state *s, struct str email, struct str **ids,
    size_t *n, struct err *e) ERR_MUST;

/* What was decided of one of those who share an email. */
struct identity_decision {
	struct str id;
	enum skipped_reason reason; /* SKIPPED_NONE or SKIPPED_DUPLICATE */
	struct str detail;          /* the id that is kept instead */
};

struct identity_decisions {
	struct identity_decision *list; /* freed with mem_free */
	size_t n, cap;
};

/* identity_decide(a, s, settings, email, out, e): append a decision on everybody under the email,
 * by their records and orders as the state has them now. */
int identity_decide(struct arena *a, struct state *s, const struct record_settings *settings,
    struct str email, struct identity_decisions *out, struct err *e) ERR_MUST;

#endif /* DAILYSTORY_IDENTITY_H */
