/* identity.h -- what can be told of one customer alone: why they are left out, and with which
 * addresses they are written.
 *
 * Contract section 7, skipped.csv.  The reasons suppressed, underage, age-unknown and no-identifier
 * come first; who holds an address that is shared is decided among all who remain (holders.h).
 */
#ifndef DAILYSTORY_IDENTITY_H
#define DAILYSTORY_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "dailystory/suppress.h"
#include "profile/values.h"
#include "state/rows.h"
#include "state/tables.h"

struct arena;

/* identity_alone(x, p, as_of): SKIPPED_NONE unless one of the first four reasons holds.  The
 * customer's record decides, not the orders. */
enum skipped_reason identity_alone(
    const struct export_settings *x, const struct profile *p, int64_t as_of);

/* identity_due(x, p, as_of): when time alone may change that, or the birthdate that is exported. */
int64_t identity_due(const struct export_settings *x, const struct profile *p, int64_t as_of);

/* identity_dropped(a, p, as_of): the bits (enum normalize_drop) of what is left out of the row,
 * also of what depends on the time. */
unsigned identity_dropped(struct arena *a, const struct profile *p, int64_t as_of);

/* The addresses that a row is written with; both are empty for nobody who is a contact. */
struct identity_addresses {
	struct str email, mobile;
};

/* identity_exported(s, p): those of the profile which its customer holds; none of who is no
 * contact.  ${s} and ${p} are of one snapshot; ${p} may be brief. */
struct identity_addresses identity_exported(
    const struct contact_status *s, const struct profile *p);

/* identity_is_same(a, b): both addresses. */
bool identity_is_same(const struct identity_addresses *a, const struct identity_addresses *b);

#endif /* DAILYSTORY_IDENTITY_H */
