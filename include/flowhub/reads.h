/* reads.h -- when lists are read wholly again, and how many of the newest snapshot are in doubt.
 *
 * Whoever only asks would read the manifests of a week for it, so a fetch notes it at its end.  A
 * note holds for the rest of its day, for the settings it was made with, and as long as nothing
 * came into snapshots/ or left it.
 */
#ifndef FLOWHUB_READS_H
#define FLOWHUB_READS_H

#include <stdbool.h>
#include <stdint.h>

#include "flowhub/coverage.h"
#include "flowhub/request.h"

struct reads {
	bool is_known;
	int64_t as_of;   /* us */
	int64_t newest;  /* taken_at of the newest snapshot, us; TIMESTAMP_NONE: there is none, or
	                  * its manifest cannot be read; ... */
	uint64_t doubts; /* ... its lists that claim nothing */
	bool is_fetched; /* some snapshot was read from Flowhub: the two are known */
	int64_t next_customers; /* us: when customers are read wholly again; may be past */
	int64_t next_orders;    /* us: when the oldest day of orders is; TIMESTAMP_NONE: at once */
	uint32_t settings;      /* stands for those that it follows from */
	int64_t changed;        /* when snapshots/ was changed last, ns */
};

/* reads_of(c, account, s, out): what follows from ${c}; not known if it was not loaded, or if a
 * snapshot came or went since that it was not told of. */
void reads_of(const struct coverage *c, const char *account, const struct flowhub_settings *s,
    struct reads *out);

/* reads_holds(r, account, s, now): coverage_load would lead to the same now. */
bool reads_holds(
    const struct reads *r, const char *account, const struct flowhub_settings *s, int64_t now);

#endif /* FLOWHUB_READS_H */
