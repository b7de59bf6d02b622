/* push_calls.h -- how many calls a row takes, so that a plan can say so. */
#ifndef PUSH_PUSH_CALLS_H
#define PUSH_PUSH_CALLS_H

#include "push/acked.h"
#include "push/push_tells.h"
#include "push/standing.h"
#include "push/wanted.h"

/* push_calls(x, w, acked, now, tells, told): beside the call with everything: to find the contact,
 * to look at what it has, to tell it of a refusal, and for its status; ${told}: so many of the
 * addresses for which it is untold are told before, each by an item of its own. */
unsigned push_calls(const struct wanted_source *x, const struct wanted *w,
    const struct acked *acked, const struct standing_facts *now, const struct push_tells *tells,
    uint64_t told);

/* push_calls_told(w, told): for the status of whoever has no row to go, after the last of these
 * opt-outs. */
unsigned push_calls_told(const struct wanted *w, uint64_t told);

#endif /* PUSH_PUSH_CALLS_H */
