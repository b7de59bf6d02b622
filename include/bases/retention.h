/* retention.h -- how much history is to be kept: the setting, and what follows from it.
 *
 * The setting `retention` is a span ("90d": the same as {"all":"90d"}) or an object with the
 * members all, daily, weekly, monthly, yearly, exports, diffs, pins.  Nothing here reads a file or
 * a clock.
 */
#ifndef BASES_RETENTION_H
#define BASES_RETENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

#define RETENTION_ALWAYS INT64_MAX /* of a span: all of it, for ever */

/* Also the order in which reasons are given. */
enum retention_period {
	RETENTION_DAILY,
	RETENTION_WEEKLY,
	RETENTION_MONTHLY,
	RETENTION_YEARLY,
	RETENTION_PERIODS
};
const char *retention_period_name(enum retention_period p);

/* Zero-initialisable: nothing is set. */
struct retention {
	bool is_set;
	int64_t all;                       /* us, counted back from the last snapshot applied; 0 */
	uint64_t count[RETENTION_PERIODS]; /* bases to keep */
	int64_t exports, diffs;            /* us, or RETENTION_ALWAYS */
	struct str *pins;                  /* ids */
	size_t pins_n;
};

/* retention_parse(a, json, out, why): the value of the setting; false with what is wrong. */
bool retention_parse(struct arena *a, struct str json, struct retention *out, const char **why);

/* retention_check(json): whether retention_parse would take it. */
bool retention_check(struct str json);

/* retention_keeps_nothing(r): a policy that names nothing to keep. */
bool retention_keeps_nothing(const struct retention *r);

/* ---- What follows */

/* An applied snapshot. */
struct retention_snapshot {
	struct str id;
	int64_t as_of;
	bool is_there; /* its pages are */
	bool has_base; /* a base was made at it */
	/* set by retention_plan */
	bool is_dropped;               /* its pages go */
	bool is_base;                  /* there is a base at it afterwards: kept or to be made */
	bool is_horizon;               /* and that is the base that what follows is built on */
	bool is_pinned;                /* and it was asked for by id */
	bool is_of[RETENTION_PERIODS]; /* and it is the last one of its day, ... */
};

/*
 * retention_plan(r, floor, list, n, horizon):
 * ${list}: all that were applied, oldest first.  What is not older than ${floor}, or than
 * r->all before the last one, is kept; ${horizon} is the index of the first snapshot kept so, 0 if
 * nothing is to be folded.  A base can only be made where the pages still are.
 */
void retention_plan(const struct retention *r, int64_t floor, struct retention_snapshot *list,
    size_t n, size_t *horizon);

/* retention_cut(span, last): before which time a file is old; INT64_MIN: none is. */
int64_t retention_cut(int64_t span, int64_t last);

#endif /* BASES_RETENTION_H */
