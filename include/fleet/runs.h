/* runs.h -- what came of each account in each run of the fleet: .fleet/runs/, a file a run.
 *
 * For the page's squares and lines alone; it may be deleted at any time.  A line an account, parted
 * by tabs: name, exit status, milliseconds, contacts.  It is written as each account ends, so that
 * a run that was killed has told of all that had ended.
 */
#ifndef FLEET_RUNS_H
#define FLEET_RUNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "fleet/ledger.h"

#define RUNS_HOURS 24 /* a status each */
#define RUNS_DAYS 30  /* contacts of each; older files are removed */
#define RUNS_NONE (-1)

/* runs_begin(dir, now, fd, e): a file for this run, and away with the old ones. */
int runs_begin(const char *dir, int64_t now, int *fd, struct err *e) ERR_MUST;

/* runs_note(fd, row): an account has ended.  A line that cannot be written is left out. */
void runs_note(int fd, const struct ledger_row *row);

/* What runs tell of one account, the oldest first. */
struct runs_account {
	int hours[RUNS_HOURS];       /* exit status of the last run in it; RUNS_NONE */
	int64_t contacts[RUNS_DAYS]; /* after the last run of the day (UTC); RUNS_NONE */
};

/* runs_load(a, dir, now, l, out, e): an element for each row of ${l}, which is in the order of
 * names. */
int runs_load(struct arena *a, const char *dir, int64_t now, const struct ledger *l,
    struct runs_account **out, struct err *e) ERR_MUST;

#endif /* FLEET_RUNS_H */
