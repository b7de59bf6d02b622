/* push_body.h -- what an item of a plan does, as a text: of these the plan is the hash.
 *
 * Whatever changes what DailyStory is asked, the operation and the name of a flag too, changes it:
 * so a plan that somebody looked at is sent as it was, or not at all.
 */
#ifndef PUSH_PUSH_BODY_H
#define PUSH_PUSH_BODY_H

#include "base/str.h"
#include "push/acked.h"
#include "push/standing.h"
#include "push/wanted.h"

/* push_body_row(b, x, w, acked, now): in the place of what ${b} has. */
void push_body_row(struct buf *b, const struct wanted_source *x, const struct wanted *w,
    const struct acked *acked, const struct standing_facts *now);

/* push_body_opt_out(b, x, key, dsid): ${key} as in TABLE_OWED; ${dsid}: of the contact that has the
 * address, or empty. */
void push_body_opt_out(
    struct buf *b, const struct wanted_source *x, struct str key, struct str dsid);

#endif /* PUSH_PUSH_BODY_H */
