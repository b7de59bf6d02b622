/* by_id.h -- customers read one by one, because no list names them.
 *
 * Those that orders name and nobody knows; and, when all customers were read,
 * those that are known and the list lacks: it may leave out buyers, and lose
 * one between two pages.  Only who is asked for by id and not there is gone.
 */
#ifndef FLOWHUB_BY_ID_H
#define FLOWHUB_BY_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/intern.h"
#include "flowhub/known_customers.h"
#include "flowhub/paged_list.h"
#include "flowhub/hints.h"
#include "flowhub/coverage.h"

/* Customers that orders name and nobody knows, read by id in one run; the rest
 * next time. */
#define PEOPLE_UNKNOWN_MOST 500
/* Known customers that a list of all lacks; with more the list is not believed.
 */
#define PEOPLE_LACKING_MOST 5000
struct people {
	const struct known *known;
	struct client *client;
	struct draft *draft;
	struct list *list; /* its progress */
	struct memory *memory;
	const struct past *past;
	struct words *listed; /* ids that came in this snapshot */
	struct words *buyers; /* ids that its orders name */
	unsigned failures;    /* ids Flowhub could not answer for */
};

/*
 * people_confirm(p, whole, e):
 * After a read of all customers: ask for every known one it lacks.
 * Returns: 0; ${whole} false: the list cannot be believed (too many are
 * lacking, or one could not be asked for).
 */
int people_confirm(struct people *p, bool *whole, struct err *e) ERR_MUST;

/* people_find(p, left, e): ask for unknown buyers, PEOPLE_UNKNOWN_MOST at most;
 * ${left}: for the next run. */
int people_find(struct people *p, uint64_t *left, struct err *e) ERR_MUST;

#endif /* FLOWHUB_BY_ID_H */
