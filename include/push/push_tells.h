/* push_tells.h -- what a row tells of refusals, in calls beside its own. */
#ifndef PUSH_PUSH_TELLS_H
#define PUSH_PUSH_TELLS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "push/acked.h"
#include "push/wanted.h"

struct push_tells {
	unsigned calls;        /* before the row and after it */
	bool is_found_by_text; /* the contact is found by its number, not by its email */
};

/* push_tells_load(a, x, w, acked, out, e): where every call is answered, and DailyStory has of a
 * contact that is found what the books say. */
int push_tells_load(struct arena *a, const struct wanted_source *x, const struct wanted *w,
    const struct acked *acked, struct push_tells *out, struct err *e) ERR_MUST;

/* push_tells_by_row(x, channel, acked): by a flag only a contact can be told.  One who is there
 * is told by the row that brings the address, or a second contact would be made of it.  Who is new
 * is found by an email that was told (send_create.h), but not by a mobile: DailyStory may know
 * their email already. */
bool push_tells_by_row(const struct wanted_source *x, unsigned channel, const struct acked *acked);

/* push_tells_brings(x, w, acked): the row tells an opt-out in that way, of an address that they
 * do not have yet: perhaps another contact has it meanwhile. */
bool push_tells_brings(
    const struct wanted_source *x, const struct wanted *w, const struct acked *acked);

#endif /* PUSH_PUSH_TELLS_H */
