/* push_calls.h -- how many calls a row takes, so that a plan can say so. */
#ifndef PUSH_PUSH_CALLS_H
#define PUSH_PUSH_CALLS_H

#include <stdbool.h>

#include "push/acked.h"
#include "push/standing.h"
#include "push/wanted.h"

/* push_calls(x, w, acked, now): beside the call with everything: to find the contact, to tell it
 * of a refusal, and again what is told by the address, and for its status. */
unsigned push_calls(const struct wanted_source *x, const struct wanted *w,
    const struct acked *acked, const struct standing_facts *now);

/* push_calls_row_tells(x, channel, acked): by a flag only a contact can be told.  One who is there
 * is told by the row that brings the address, or a second contact would be made of it.  Who is new
 * is found by an email that was told (send_create.h), but not by a mobile: DailyStory may know
 * their email already. */
bool push_calls_row_tells(
    const struct wanted_source *x, unsigned channel, const struct acked *acked);

/* push_calls_row_brings(x, w, acked): the row tells an opt-out in that way, of an address that they
 * do not have yet: perhaps another contact has it meanwhile. */
bool push_calls_row_brings(
    const struct wanted_source *x, const struct wanted *w, const struct acked *acked);

#endif /* PUSH_PUSH_CALLS_H */
