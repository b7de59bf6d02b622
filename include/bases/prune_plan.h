/* prune_plan.h -- what a prune would do: which snapshots are folded, which bases stay, what becomes
 * thinner.
 *
 * Nothing is written.  All text lies in the plan's arena.
 */
#ifndef BASES_PRUNE_PLAN_H
#define BASES_PRUNE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "bases/prune_list.h"
#include "bases/retention.h"
#include "state/state.h"

/* The least that deep_days counts as: what is read again and again must have its snapshots. */
#define PRUNE_LEAST_DAYS 35

/* A base that is there, or is to be made. */
struct prune_base {
	struct str id;
	uint32_t number; /* of its snapshot */
	bool is_made;    /* it is to be made */
	bool is_proved;  /* a prune made it and stopped before it deleted: it is proved again */
	bool is_removed; /* it is there and goes */
	struct str why;  /* "horizon, monthly"; empty: it goes */
	uint64_t bytes, shared; /* of one that is there; shared: has another name, too */
};

struct prune_plan {
	struct arena a;
	const char *account;
	const struct retention *r;
	int32_t first_day;   /* setting history_start */
	uint64_t least_days; /* the snapshots of that time are kept, whatever the policy says */
	bool is_unbounded;   /* for tests: nothing is kept but what the policy says */
	/* set by prune_plan_make */
	struct retention_snapshot *list; /* all that were applied, oldest first */
	size_t n, horizon;               /* the first one that is kept as it is */
	int64_t last, asked, floor;      /* us: floor < asked: more is kept than was asked for */
	struct prune_base *bases;        /* by id */
	size_t bases_n;
	struct str start; /* the base that history begins with now; empty: none */
	struct str *late; /* there, but never applied */
	size_t late_n;
	struct prune_list drops;
	uint64_t snapshots_bytes, exports_bytes, diffs_bytes, bases_bytes; /* that go */
	uint64_t needed; /* bytes on the disk beside everything else, about */
	uint64_t free;   /* bytes that are */
};

/*
 * prune_plan_make(p, s, e):
 * The members in front are given.  ${s} is open and has applied a snapshot.
 * Errors: ERR_DAMAGED: a snapshot that was applied and not pruned is missing, or its manifest
 *         cannot be read.
 */
int prune_plan_make(struct prune_plan *p, struct state *s, struct err *e) ERR_MUST;

/* prune_plan_makes(p): how many bases are to be made.  prune_plan_folds(p): whether history has to
 * be applied again, to make or to prove one. */
size_t prune_plan_makes(const struct prune_plan *p);
bool prune_plan_folds(const struct prune_plan *p);

void prune_plan_release(struct prune_plan *p);

#endif /* BASES_PRUNE_PLAN_H */
