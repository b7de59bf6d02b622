/* base_state.h -- what was known with a base that is kept, though history begins later.
 *
 * The state is made of the base in a directory of its own, outside the account, for the time that
 * it is looked at.  For a large account that takes as long as a rebuild.
 */
#ifndef TIMEMACHINE_BASE_STATE_H
#define TIMEMACHINE_BASE_STATE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "state/state.h"

/* Zero-initialisable. */
struct base_state {
	struct state s;
	char *dir; /* hidden from others, removed by base_state_close */
	struct arena a;
};

/* base_state_open(b, account, id, e): 1; 0 if there is no base of that id; -1.  Close it in any
 * case; ${id} may be NULL. */
int base_state_open(
    struct base_state *b, const char *account, const char *id, struct err *e) ERR_MUST;

void base_state_close(struct base_state *b);

#endif /* TIMEMACHINE_BASE_STATE_H */
