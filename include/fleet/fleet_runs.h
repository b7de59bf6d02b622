/* fleet_runs.h -- what came of each account in each run of the fleet: .fleet/runs/, a file a run.
 *
 * For the page's squares and lines alone; it may be deleted at any time.  A line an account, parted
 * by tabs: name, exit status, milliseconds, contacts.  It is written as each account ends, so that
 * a run that was killed has told of all that had ended.  Hours in which something else started an
 * account are known from its own runs.jsonl.
 */
#ifndef FLEET_FLEET_RUNS_H
#define FLEET_FLEET_RUNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "fleet/ledger.h"

#define FLEET_RUNS_HOURS 24 /* a status each */
#define FLEET_RUNS_DAYS 30  /* contacts of each; older files are removed */
#define FLEET_RUNS_NONE (-1)

/* fleet_runs_begin(dir, now, fd, e): a file for this run, and away with the old ones. */
int fleet_runs_begin(const char *dir, int64_t now, int *fd, struct err *e) ERR_MUST;

/* fleet_runs_note(fd, row): an account has ended.  A line that cannot be written is left out. */
void fleet_runs_note(int fd, const struct ledger_row *row);

/* What runs tell of one account, the oldest first. */
struct fleet_runs_account {
	int hours[FLEET_RUNS_HOURS]; /* exit status of the last run in it; FLEET_RUNS_NONE */
	int64_t
	    contacts[FLEET_RUNS_DAYS]; /* after the last run of the day (UTC); FLEET_RUNS_NONE */
};

/* fleet_runs_load(a, dir, now, l, out, e): an element for each row of ${l}, which is in the order
 * of names. */
int fleet_runs_load(struct arena *a, const char *dir, int64_t now, const struct ledger *l,
    struct fleet_runs_account **out, struct err *e) ERR_MUST;

#endif /* FLEET_FLEET_RUNS_H */
