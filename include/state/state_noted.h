/* state_noted.h -- what needed a look in the last snapshot applied, so that only what is new is
 * news.
 *
 * The same fault comes again with every read of its record; exit status 3 is for those that the
 * snapshot before did not have.
 */
#ifndef STATE_STATE_NOTED_H
#define STATE_STATE_NOTED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "state/state.h"

/* Also the first byte of the keys. */
enum noted_kind {
	NOTED_QUARANTINED,  /* entity and id; without an id, entity and hash of the text */
	NOTED_TWO_LOCATIONS /* id of an order */
};

/* state_noted_follow(s, kind, keys, n, is_new, e): ${keys}, sorted as bytes, each once, take the
 * place of those noted; ${is_new}: one of them was not.  Nothing is written if they are the same.
 */
int state_noted_follow(struct state *s, enum noted_kind kind, const struct str *keys, size_t n,
    bool *is_new, struct err *e) ERR_MUST;

#endif /* STATE_STATE_NOTED_H */
