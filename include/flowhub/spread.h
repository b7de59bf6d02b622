/* spread.h -- when the long reads of many accounts are due, so that they do not fall together.
 *
 * Without it a read is due so long after the one before; accounts made on one day stay together for
 * ever, and all of them come together after an outage.  Where accounts share a limit of calls
 * ('limit_dir'), each long read has a time of its own instead: the interval is cut into turns that
 * begin at a phase, sha256 of the account's client id and of what is read, and a read is due once
 * in each turn.  Orders of a location have a phase for each block of window_days, so that even one
 * account's weekly read lies evenly over the week (docs/decisions/0057-*.md).
 */
#ifndef FLOWHUB_SPREAD_H
#define FLOWHUB_SPREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "flowhub/request.h"

/* spread_is_on(s): the account shares a limit with others. */
bool spread_is_on(const struct flowhub_settings *s);

/* spread_block(s, day): the block of days it is read with. */
int32_t spread_block(const struct flowhub_settings *s, int32_t day);

/* spread_phase(s, what, block): any 64 bits; ${what} is a location, or empty: customers. */
uint64_t spread_phase(const struct flowhub_settings *s, struct str what, int32_t block);

/* spread_is_due(last, every, phase, now): the turn of ${now} is not that of ${last}.  us. */
bool spread_is_due(int64_t last, int64_t every, uint64_t phase, int64_t now);

/* spread_next(last, every, phase): when the turn after that of ${last} begins. */
int64_t spread_next(int64_t last, int64_t every, uint64_t phase);

#endif /* FLOWHUB_SPREAD_H */
