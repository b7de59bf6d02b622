/* replay_input.h -- the snapshots that a replay applies, in order: the applied ones, then the
 * pending. */
#ifndef TIMEMACHINE_REPLAY_INPUT_H
#define TIMEMACHINE_REPLAY_INPUT_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "command/command.h"

struct arena;

struct replay_input {
	struct str *ids; /* applied ones, and behind them those that are pending; oldest first */
	size_t n;
	size_t applied;         /* how many of them were applied */
	struct str last_export; /* the greatest id in exports/, or empty */
};

/*
 * replay_input_find(a, o, out, e):
 * A snapshot that came late and was refused is none of them; that is said.  What was applied is
 * told by the state, or where there is none by the diffs and exports, see struct verify_snapshots.
 * Errors: ERR_DAMAGED if an applied snapshot is gone.
 */
int replay_input_find(
    struct arena *a, const struct options *o, struct replay_input *out, struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_REPLAY_INPUT_H */
