/* letter.h -- dead letters: what one refusal more makes of one, and how long it waits.
 *
 * What DailyStory refused is tried again when something else is wanted, and once a week.  What
 * keeps somebody from being written to who may not be does not wait so long: 20 minutes, twice as
 * long each time, and a day at most.  Which of the two: pending.h.
 */
#ifndef PUSH_LETTER_H
#define PUSH_LETTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "push/acked.h"

/* letter_add(letter, x): refused once more, or for another reason.  A deletion and the status that
 * stands in for it are refused together, and counted once. */
void letter_add(struct acked_letter *letter, const struct journal_line *x);

/* letter_waits(x, body, now): there is one, the same is wanted, and it is younger than a week.
 * Nothing waits for a time that is yet to come (timestamp_age). */
bool letter_waits(const struct acked_letter *x, struct str body, int64_t now);

/* letter_status_taken(letter): a status was: it is no dead letter, but the deletion that it stood
 * in for is one still. */
void letter_status_taken(struct acked_letter *letter);

/* letter_is_of_row(x): there is one, and not of the status alone. */
bool letter_is_of_row(const struct acked_letter *x);

/* letter_protects_at(x): us: when what protects somebody is tried again. */
int64_t letter_protects_at(const struct acked_letter *x);

#endif /* PUSH_LETTER_H */
