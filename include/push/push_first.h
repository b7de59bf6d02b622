/* push_first.h -- the first push after files were imported by hand, which may take many with
 * --limit: it begins with --mark-imported and is over when nothing is left to send.
 *
 * Until then whoever was never pushed is new to DailyStory in all that no file had, and the breaker
 * does not take that for a change.
 */
#ifndef PUSH_PUSH_FIRST_H
#define PUSH_PUSH_FIRST_H

#include "base/err.h"
#include "push/books.h"

/* push_first_is_on(books, e): 1; 0; -1. */
int push_first_is_on(struct books *books, struct err *e) ERR_MUST;

/* push_first_end(books, e): after a push that left nothing it is over. */
int push_first_end(struct books *books, struct err *e) ERR_MUST;

#endif /* PUSH_PUSH_FIRST_H */
