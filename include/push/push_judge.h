/* push_judge.h -- the breaker: whether a plan looks like a mistake. */
#ifndef PUSH_PUSH_JUDGE_H
#define PUSH_PUSH_JUDGE_H

#include <stdint.h>

#include "base/err.h"
#include "push/push_plan.h"

/*
 * push_judge(p, percent, e):
 * Errors: ERR_BREAKER: so many contacts are to change in one field alike, to be gone or to be opted
 * out that it looks like a mistake.
 */
int push_judge(const struct push_plan *p, uint64_t percent, struct err *e) ERR_MUST;

#endif /* PUSH_PUSH_JUDGE_H */
