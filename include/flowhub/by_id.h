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
#define BY_ID_UNKNOWN_MOST 500
/* Known customers that a list of all lacks; with more the list is not believed.
 */
#define BY_ID_LACKING_MOST 5000
struct by_id {
	const struct known_customers *known;
	struct client *client;
	struct staging *draft;
	struct paged_list *list; /* its progress */
	struct hints *memory;
	const struct coverage *past;
	struct intern *listed; /* ids that came in this snapshot */
	struct intern *buyers; /* ids that its orders name */
	unsigned failures;     /* ids Flowhub could not answer for */
};

/*
 * by_id_confirm(p, whole, e):
 * After a read of all customers: ask for every known one it lacks.
 * Returns: 0; ${whole} false: the list cannot be believed (too many are
 * lacking, or one could not be asked for).
 */
int by_id_confirm(struct by_id *p, bool *whole, struct err *e) ERR_MUST;

/* by_id_find(p, left, e): ask for unknown buyers, BY_ID_UNKNOWN_MOST at most;
 * ${left}: for the next run. */
int by_id_find(struct by_id *p, uint64_t *left, struct err *e) ERR_MUST;

#endif /* FLOWHUB_BY_ID_H */
