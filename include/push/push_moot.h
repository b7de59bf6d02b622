/* push_moot.h -- dead letters of what nobody asks for any more: a refusal that was a mistake, a
 * customer who is as they were, or gone before they were there.
 */
#ifndef PUSH_PUSH_MOOT_H
#define PUSH_PUSH_MOOT_H

#include "base/err.h"
#include "base/intern.h"
#include "push/books.h"
#include "push/wanted.h"

/* push_moot_is_wanted(w, acked, is_pending, has_step): what was refused is wanted still: their row
 * is to be sent, or a step of their status; but for a deletion of who is back. */
bool push_moot_is_wanted(
    const struct wanted *w, const struct acked *acked, bool is_pending, bool has_step);

/* push_moot_note(letters, books, e): each that is none of ${letters}, those of a plan of everybody,
 * is taken off the list. */
int push_moot_note(const struct intern *letters, struct books *books, struct err *e) ERR_MUST;

#endif /* PUSH_PUSH_MOOT_H */
