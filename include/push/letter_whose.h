/* letter_whose.h -- of whom a dead letter is. */
#ifndef PUSH_LETTER_WHOSE_H
#define PUSH_LETTER_WHOSE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/wanted_source.h"

/* letter_whose(x, a, name, fh_id, e): the customer of a row of VIEW_LETTERS; of an opt-out whoever
 * has the address in DailyStory or, if nobody does, the first who is to have it; else empty, as of
 * a segment.  In ${a}. */
int letter_whose(const struct wanted_source *x, struct arena *a, struct str name, struct str *fh_id,
    struct err *e) ERR_MUST;

#endif /* PUSH_LETTER_WHOSE_H */
