/* tally.h -- what the books come to: how many contacts DailyStory has, and what it did not take. */
#ifndef PUSH_TALLY_H
#define PUSH_TALLY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/acked.h"
#include "push/books.h"
#include "push/push_counts.h"
#include "push/refused.h"

/* tally_contacts(b, n, e): those that are there and not gone. */
int tally_contacts(struct books *b, uint64_t *n, struct err *e) ERR_MUST;

/* tally_letter(b, a, key, out, e): the dead letter that a row of VIEW_LETTERS names; in ${a}. */
int tally_letter(struct books *b, struct arena *a, struct str key, struct acked_letter *out,
    struct err *e) ERR_MUST;

/* tally_refused(b, r, n, e): how many of these, named as rows of VIEW_LETTERS, are there. */
int tally_refused(struct books *b, const struct refused *r, uint64_t *n, struct err *e) ERR_MUST;

/* tally_letters(b, out, e): dead letters by reason; ${out} is zeroed, and the caller's to release.
 */
int tally_letters(struct books *b, struct push_counts *out, struct err *e) ERR_MUST;

/* tally_letter_count(b, n, e): how many dead letters there are.  tally_letter_count_of(account, n,
 * e): of an account; none if nothing was ever pushed. */
int tally_letter_count(struct books *b, uint64_t *n, struct err *e) ERR_MUST;
int tally_letter_count_of(const char *account, uint64_t *n, struct err *e) ERR_MUST;

#endif /* PUSH_TALLY_H */
