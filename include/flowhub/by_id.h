/* by_id.h -- reads customers one by one, because no list names them.
 *
 * These are buyers whom orders name but nobody knows; and, after a read of all customers, known
 * ones missing from the list.  A list may leave buyers out, or lose a customer between two pages,
 * so a customer counts as removed only if Flowhub says so when asked for the id.
 */
#ifndef FLOWHUB_BY_ID_H
#define FLOWHUB_BY_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "flowhub/coverage.h"
#include "flowhub/hints.h"
#include "flowhub/paged_list.h"

/* Unknown buyers to ask for in one run; the rest wait for the next. */
#define BY_ID_UNKNOWN_MOST 500
/* Known customers a list of all may lack for all of them to be asked for at once.  If it lacks
 * more, they are read in rounds, so many a run, and the list proves no absence. */
#define BY_ID_MISSING_MOST 5000
#define BY_ID_ROUND_MOST 500

/* Who is known after the last snapshot applied.  Asked for by functions: flowhub/ does not open
 * the account's state. */
struct by_id_known {
	void *context;
	bool is_there; /* there is a state; without one no function is called */
	/* each known customer once, then 0 for ever: 1 and the id, 0, -1 */
	int (*next_customer)(void *context, struct str *id, struct err *e);
	/* each customer that only orders name: the same */
	int (*next_unattributed)(void *context, struct str *id, struct err *e);
	/* 1 known, 0 not, -1 */
	int (*has_customer)(void *context, struct str id, struct err *e);
};

struct by_id {
	const struct by_id_known *known;
	struct client *client;
	struct staging *staging;
	struct paged_list *list; /* its progress */
	struct hints *hints;
	const struct coverage *coverage;
	struct intern *listed; /* ids that came in this snapshot */
	struct intern *buyers; /* ids that its orders name */
	unsigned failures;     /* ids Flowhub could not answer for */
};

enum by_id_result {
	BY_ID_WHOLE,   /* who is neither in the list nor found by id is removed */
	BY_ID_PARTLY,  /* too many to ask for: they wait for their round */
	BY_ID_DOUBTFUL /* one of them could not be asked for; a warning was given */
};

/*
 * by_id_confirm(p, e):
 * After a read of all customers, ask for each known one the list lacks.
 * Returns: enum by_id_result, or -1.
 */
int by_id_confirm(struct by_id *p, struct err *e) ERR_MUST;

/* by_id_round(p, left, e): ask for those who wait, the longest unread first, at most
 * BY_ID_ROUND_MOST; ${left} remain for later runs. */
int by_id_round(struct by_id *p, uint64_t *left, struct err *e) ERR_MUST;

/* by_id_find(p, left, e): ask for unknown buyers, at most BY_ID_UNKNOWN_MOST; ${left} remain for
 * the next run. */
int by_id_find(struct by_id *p, uint64_t *left, struct err *e) ERR_MUST;

/* by_id_reuse(staging, saved, n, ids): take customers read by id from an unfinished fetch, their
 * pages proved by their digests; they go into ${ids}. */
void by_id_reuse(
    struct staging *staging, const struct manifest *saved, size_t n, struct intern *ids);

#endif /* FLOWHUB_BY_ID_H */
