/* ledger.h -- a row an account: what it is like, and what came of it today.
 *
 * One list serves all that a fleet prints: tables, JSON, metrics, the page.
 */
#ifndef FLEET_LEDGER_H
#define FLEET_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fleet/roster.h"
#include "fleet/vitals.h"

enum ledger_what {
	LEDGER_WAITING, /* not started, or not ended */
	LEDGER_ENDED,
	LEDGER_SKIPPED /* there was no time left to start it */
};

struct ledger_row {
	struct roster_account account;
	struct vitals vitals;
	enum ledger_what what;
	int status;         /* LEDGER_ENDED: of exit; -1: ended by ${signal} */
	int signal;         /* 0: none */
	int64_t us;         /* it took */
	struct str message; /* its first error, one line; empty: none */
	struct str warning; /* its first warning, the same */
};

struct ledger {
	struct ledger_row *rows;
	size_t n;
};

/* ledger_load(a, r, out): a row for each account, with its vitals, in the order of names. */
void ledger_load(struct arena *a, const struct roster *r, struct ledger *out);

/* ledger_order(l): those whose last success is longest ago first, so that a run that is cut short
 * is fair; who never succeeded is first of all. */
void ledger_order(struct ledger *l);

/* ledger_by_name(l): back to the order of names. */
void ledger_by_name(struct ledger *l);

/* ledger_status(row): its exit status, one of STATUS_LIST: a signal, and a status that the program
 * does not have, are STATUS_FAILED; not reached: STATUS_BUSY. */
int ledger_status(const struct ledger_row *row);

/* ledger_worst(l): the exit status of the whole, the worst first: 1, 2, 5, 4, 75, 3, 0. */
int ledger_worst(const struct ledger *l);

/* ledger_worse(x, y): the worse of two statuses. */
int ledger_worse(int x, int y);

/* ledger_age(row, now): us since the last snapshot applied; TIMESTAMP_NONE: there is none. */
int64_t ledger_age(const struct ledger_row *row, int64_t now);

#endif /* FLEET_LEDGER_H */
