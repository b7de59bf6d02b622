/* course.h -- which snapshots history consists of, in order. */
#ifndef COMMAND_COURSE_H
#define COMMAND_COURSE_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "command/command.h"

struct arena;

struct course {
	struct str *ids;        /* applied ones, and behind them those that are pending; oldest first */
	size_t n;
	size_t applied;         /* how many of them were applied */
	struct str last_export; /* the greatest id in exports/, or empty */
};

/*
 * course_find(a, o, out, e):
 * A snapshot that came late and was refused is none of them; that is said.  What was applied is told by the
 * state, or where there is none by the diffs and exports.
 * Errors: ERR_DAMAGED if an applied snapshot is gone.
 */
int course_find(struct arena *a, const struct options *o, struct course *out,
    struct err *e) ERR_MUST;

#endif /* COMMAND_COURSE_H */
