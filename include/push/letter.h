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

/* letter_add(letter, x): refused once more, or for another reason. */
void letter_add(struct acked_letter *letter, const struct journal_line *x);

/* letter_waits(x, body, now): there is one, the same is wanted, and it is younger than a week.
 * Nothing waits for a time that is yet to come (timestamp_age). */
bool letter_waits(const struct acked_letter *x, struct str body, int64_t now);

/* letter_protects_at(x): us: when what protects somebody is tried again. */
int64_t letter_protects_at(const struct acked_letter *x);

#endif /* PUSH_LETTER_H */
