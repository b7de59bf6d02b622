/* plan.h -- what a fetch is going to read, as data.
 *
 * Made from the settings, the time and what is already proved; nothing is read.  The days asked
 * for are one wider at each end than the days claimed, because the time zone of Flowhub's filters
 * is not known, nor whether their last day counts.
 */
#ifndef FLOWHUB_PLAN_H
#define FLOWHUB_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "flowhub/coverage.h"
#include "flowhub/request.h"
#include "snapshot/manifest.h"

/* Why a step is in the plan. */
#define PLAN_REASONS(X)                                                                            \
	X(PLAN_FIRST, "never read whole")                                                          \
	X(PLAN_HOURLY, "every run")                                                                \
	X(PLAN_DEEP, "deep_every is over")                                                         \
	X(PLAN_FULL, "full_orders_every or full_customers_every is over")

enum plan_reason {
#define X(reason, text) reason,
	PLAN_REASONS(X)
#undef X
};
const char *plan_reason_text(enum plan_reason r);

struct plan_step {
	struct request request;
	struct scope scope; /* what is claimed if it is proved complete */
	enum plan_reason why;
};

struct plan {
	int64_t taken_at;
	bool is_first; /* nothing was ever fetched; if interrupted, it can be resumed */
	struct plan_step *steps;
	size_t n;
};

/*
 * plan_make(a, settings, coverage, locations, n, taken_at, out):
 * Customers, then each location's orders, the oldest days first.
 */
void plan_make(struct arena *a, const struct flowhub_settings *settings,
    const struct coverage *coverage, const struct str *locations, size_t n, int64_t taken_at,
    struct plan *out);

/* plan_next_customers(s, c), plan_next_orders(s, c): when customers are read wholly again; when the
 * first part of the orders is.  us; may be past; TIMESTAMP_NONE: some were never read. */
int64_t plan_next_customers(const struct flowhub_settings *s, const struct coverage *c);
int64_t plan_next_orders(const struct flowhub_settings *s, const struct coverage *c);

/* plan_calls(p): the least number of calls it takes. */
size_t plan_calls(const struct plan *p);

/* plan_step_text(s, b): "orders of L1 created from 2026-11-20 to 2026-11-23T04:00:00Z". */
void plan_step_text(const struct plan_step *s, struct buf *b);

#endif /* FLOWHUB_PLAN_H */
