/* push_first.h -- the first push, which may take many: with --only or --limit, or because
 * DailyStory does not answer.  It is over when nothing is left to send; after files were imported
 * by hand (--mark-imported) there is another.
 *
 * Until then whoever was never pushed is new to DailyStory in all that no file had, and so is who
 * refuses: the breaker does not take that for a change.
 */
#ifndef PUSH_PUSH_FIRST_H
#define PUSH_PUSH_FIRST_H

#include "base/err.h"
#include "push/books.h"

/* push_first_is_on(books, e): 1; 0; -1. */
int push_first_is_on(struct books *books, struct err *e) ERR_MUST;

/* push_first_end(books, e): after a push that left nothing it is over; but not if nothing was ever
 * acknowledged. */
int push_first_end(struct books *books, struct err *e) ERR_MUST;

#endif /* PUSH_PUSH_FIRST_H */
