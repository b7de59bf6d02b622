/* ask.h -- contacts read from DailyStory, one by one: nothing there changes. */
#ifndef PUSH_ASK_H
#define PUSH_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "push/push.h"

/* What is done with one.  ${answer}: of GET, or NULL if none came; all is borrowed, and ${a} is
 * emptied after it.  Returns: 0 or -1. */
typedef int ask_fn(void *context, struct arena *a, struct str fh_id, const struct acked *x,
    const struct answer *answer);

/*
 * ask_contacts(p, sample, fn, context, e):
 * So many of the contacts whose id in DailyStory is known, those not compared longest first; 0:
 * all. Errors: those of caller_call and of ${fn}; ERR_BUSY no answer ten times in a row.
 */
int ask_contacts(
    struct push *p, uint64_t sample, ask_fn *fn, void *context, struct err *e) ERR_MUST;

/* ask_ids(p, dsids, n, fn, context, e): the same of contacts of whom only their id in DailyStory is
 * known; ${fn} is given that, and no customer. */
int ask_ids(struct push *p, const struct str *dsids, size_t n, ask_fn *fn, void *context,
    struct err *e) ERR_MUST;

/* ask_is_gone(answer): the contact is not there any more. */
bool ask_is_gone(const struct answer *answer);

#endif /* PUSH_ASK_H */
