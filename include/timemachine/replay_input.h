/* replay_input.h -- the snapshots that a replay applies, oldest first. */
#ifndef TIMEMACHINE_REPLAY_INPUT_H
#define TIMEMACHINE_REPLAY_INPUT_H

#include <stddef.h>

#include "base/err.h"
#include "base/host.h"
#include "base/str.h"

struct arena;

struct replay_input {
	struct str *ids; /* the applied ones, then those that are pending */
	size_t n;
	size_t applied;  /* how many of them were applied */
	struct str base; /* the base that history begins with; empty: none */
};

/*
 * replay_input_find(a, account, host, out, e):
 * What was applied is told by the state, or where there is none by diffs and exports (see struct
 * verify_snapshot).  A snapshot that came late and was refused is left out, with a note.
 * What was pruned is left out, too.
 * Errors: ERR_DAMAGED if an applied snapshot is gone; ERR_BUSY while a prune is unfinished.
 */
int replay_input_find(struct arena *a, const char *account, const struct host *host,
    struct replay_input *out, struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_REPLAY_INPUT_H */
