/* pending.h -- whether there is something to be sent of a customer, and whether it goes now. */
#ifndef PUSH_PENDING_H
#define PUSH_PENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "push/acked.h"
#include "push/wanted.h"

/* pending_own(x, w, acked): there is of their own contact, but for the status.
 * pending_row(x, w, acked): or of a stray. */
bool pending_own(const struct wanted_source *x, const struct wanted *w, const struct acked *acked);
bool pending_row(const struct wanted_source *x, const struct wanted *w, const struct acked *acked);

/* pending_waits(x, w, acked, now): the row was rejected, or the status that has to be set before
 * it, and is not tried again yet.  For a week; sooner if it is the status, an erasure, which was
 * promised, the finding of somebody who may not be active, or if there is a stray. */
bool pending_waits(
    const struct wanted_source *x, const struct wanted *w, const struct acked *acked, int64_t now);

/* pending_status_waits(w, acked, step, now): the status was rejected, and that step is not tried
 * again yet.  Whoever may not be active is not left so for a week; nor is whoever was made inactive
 * by us, because a look did not find them. */
bool pending_status_waits(
    const struct wanted *w, const struct acked *acked, enum standing_step step, int64_t now);

#endif /* PUSH_PENDING_H */
