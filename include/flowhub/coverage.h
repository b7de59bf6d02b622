/* coverage.h -- what the account's snapshots prove already, and since when.
 *
 * Told from their manifests alone, the newest first
 * (docs/decisions/0004-what-fetch-remembers.md).
 */
#ifndef FLOWHUB_COVERAGE_H
#define FLOWHUB_COVERAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/intern.h"
#include "flowhub/flowhub_settings.h"

/* Orders of one location: when each day was last proved whole. */
struct coverage_place {
	struct str location;
	int64_t *proved; /* by day from past.first on: us, TIMESTAMP_NONE: never */
};

struct coverage {
	struct arena arena;
	int32_t first; /* day: history_start */
	size_t days;   /* from first up to the day of now, that one not counted */
	struct coverage_place *places;
	size_t n, cap;
	int64_t customers_all;       /* the newest read of all customers; TIMESTAMP_NONE */
	int64_t customers_read;      /* the newest read of customers, all or updated;
	                                TIMESTAMP_NONE */
	struct intern by_id;         /* customers read by id since the newest read of
	                                all, that one included */
	int64_t newest;              /* taken_at of the newest snapshot; TIMESTAMP_NONE */
	struct str newest_locations; /* the newest page of locations:
	                                "<snapshot>/<path>", and its sha256;
	                                empty: none */
	struct str newest_locations_sha256;
};

/* coverage_load(p, account, settings, now, e): snapshots after ${now} count for
 * nothing but newest. */
int coverage_load(struct coverage *p, const char *account, const struct flowhub_settings *settings,
    int64_t now, struct err *e) ERR_MUST;

/* coverage_find(p, location): NULL: nothing is proved of it. */
const struct coverage_place *coverage_find(const struct coverage *p, struct str location);

void coverage_release(struct coverage *p);

#endif /* FLOWHUB_COVERAGE_H */
