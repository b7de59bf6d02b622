/* untold.h -- of somebody who is gone: whether their contact has an address that refuses, of which
 * DailyStory does not know.
 *
 * Their row is not written any more, so nothing but the status keeps them from being written to.
 */
#ifndef PUSH_UNTOLD_H
#define PUSH_UNTOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/acked.h"
#include "push/wanted_source.h"

/* untold_mobile(x, acked, addresses, own, out, e): whether the mobile that DailyStory has of them
 * refuses texts and there is no way to say so; it may be another than is wanted.  It is known by
 * its hash, so it is looked for among ${own} and ${addresses}, all they ever had. */
int untold_mobile(const struct wanted_source *x, const struct acked *acked, struct str addresses,
    struct str own, bool *out, struct err *e) ERR_MUST;

/* untold_refusal(x, a, fh_id, acked, addresses, exposed, e): ${exposed} is as in struct guard.  An
 * opt-out that is owed is told by the push, so it counts once DailyStory refused it.  To who was
 * removed none is owed any more, so their last answer counts.  Returns: 1 there is such an address,
 * 0, -1. */
int untold_refusal(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct acked *acked, struct str addresses, int64_t *exposed, struct err *e) ERR_MUST;

#endif /* PUSH_UNTOLD_H */
