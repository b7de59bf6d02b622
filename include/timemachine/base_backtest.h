/* base_backtest.h -- which members other rules would have had with each base that is kept.
 *
 * The state is made of each base in turn, and the rules are evaluated over all customers as of its
 * snapshot: nothing in between is known any more
 * (docs/decisions/0066-a-back-test-by-base-looks-at-points.md).
 */
#ifndef TIMEMACHINE_BASE_BACKTEST_H
#define TIMEMACHINE_BASE_BACKTEST_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "base/str.h"
#include "timemachine/segment_sizes.h"

struct base_backtest_point {
	struct str base;
	struct segment_size *list; /* in the order of the rules; entered and left since the base
	                              before */
};

/* The first members say what is asked for, the rest is zero. */
struct base_backtest {
	const char *account;
	const char *segments;             /* a file of rules */
	const struct host *host;          /* for progress */
	struct base_backtest_point *list; /* by time */
	size_t n;
	size_t rules_n; /* of each list */
	struct arena a;
};

/*
 * base_backtest(b, e):
 * Release ${b} in any case.
 * Errors: ERR_FAILED: no base is kept; ERR_DAMAGED; ERR_RULES; ERR_INTERRUPTED.
 */
int base_backtest(struct base_backtest *b, struct err *e) ERR_MUST;
void base_backtest_release(struct base_backtest *b);

#endif /* TIMEMACHINE_BASE_BACKTEST_H */
