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
struct past_place {
	struct str location;
	int64_t *proved; /* by day from past.first on: us, WHEN_NONE: never */
};

struct past {
	struct arena arena;
	int32_t first; /* day: history_start */
	size_t days;   /* from first up to the day of now, that one not counted */
	struct past_place *places;
	size_t n, cap;
	int64_t customers_all;       /* the newest read of all customers; WHEN_NONE */
	int64_t customers_read;      /* the newest read of customers, all or updated;
	                                WHEN_NONE */
	struct words by_id;          /* customers read by id since the newest read of
	                                all, that one included */
	int64_t newest;              /* taken_at of the newest snapshot; WHEN_NONE */
	struct str newest_locations; /* the newest page of locations:
	                                "<snapshot>/<path>", and its sha256;
	                                empty: none */
	struct str newest_locations_sha256;
};

/* past_load(p, account, settings, now, e): snapshots after ${now} count for
 * nothing but newest. */
int past_load(struct past *p, const char *account, const struct flowhub_settings *settings,
    int64_t now, struct err *e) ERR_MUST;

/* past_find(p, location): NULL: nothing is proved of it. */
const struct past_place *past_find(const struct past *p, struct str location);

void past_release(struct past *p);

#endif /* FLOWHUB_COVERAGE_H */
