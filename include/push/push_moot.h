/* push_moot.h -- dead letters of what nobody asks for any more: a refusal that was a mistake, a
 * customer who is as they were, or gone before they were there.
 */
#ifndef PUSH_PUSH_MOOT_H
#define PUSH_PUSH_MOOT_H

#include "base/err.h"
#include "push/books.h"
#include "push/push_plan.h"

/* push_moot_note(p, books, e): each that is not of the plan, which is one of everybody, is taken
 * off the list. */
int push_moot_note(const struct push_plan *p, struct books *books, struct err *e) ERR_MUST;

#endif /* PUSH_PUSH_MOOT_H */
