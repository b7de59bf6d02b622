/* push_judge.h -- the breaker: whether a plan looks like a mistake. */
#ifndef PUSH_PUSH_JUDGE_H
#define PUSH_PUSH_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "push/push_plan.h"

/*
 * push_judge(p, percent, e):
 * Errors: ERR_BREAKER: so many contacts are to change in one field alike, to be gone or to be opted
 * out that it looks like a mistake.
 */
int push_judge(const struct push_plan *p, uint64_t percent, struct err *e) ERR_MUST;

/* push_judge_stop(e, is_sent, acked, pending): ${e} is that of push_judge; it says now what was
 * sent of the plan all the same, if anything, and what was not.  Returns: -1. */
int push_judge_stop(struct err *e, bool is_sent, uint64_t acked, uint64_t pending);

/* push_judge_is_by_fields(p, percent): of a plan that was stopped: neither those who would be gone
 * nor those who would be opted out are too many. */
bool push_judge_is_by_fields(const struct push_plan *p, uint64_t percent);

/* push_judge_expected(p, expect, e): Errors: ERR_DIFFERS: it is another plan; NULL is any. */
int push_judge_expected(const struct push_plan *p, const char *expect, struct err *e) ERR_MUST;

#endif /* PUSH_PUSH_JUDGE_H */
