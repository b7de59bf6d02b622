/* coverage.h -- what the account's snapshots already prove, and since when.
 *
 * Read from their manifests alone, newest first (docs/decisions/0004-what-fetch-remembers.md).
 */
#ifndef FLOWHUB_COVERAGE_H
#define FLOWHUB_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "flowhub/request.h"

struct known_pages;
struct manifest;

/* "after" of customers read wholly, where that proves no absence: some may be left out. */
#define COVERAGE_EVER "1970-01-01"

/* Orders of one location: when each day was last proved complete. */
struct coverage_location {
	struct str id;
	int64_t *proved; /* by day from coverage.first: us, TIMESTAMP_NONE: never */
};

struct coverage {
	struct arena arena;
	bool is_loaded; /* coverage_load did not fail */
	int64_t as_of;  /* us: the time it was loaded for */
	size_t ids;     /* snapshots there were then, and those added since */
	int32_t first;  /* day: history_start */
	size_t days;    /* from first up to today, which is not counted */
	struct coverage_location *locations;
	size_t n, cap;
	int64_t customers_all;  /* the newest read of all customers, or TIMESTAMP_NONE */
	int64_t customers_read; /* the newest read of customers, all or updated; the same */
	struct intern by_id;    /* customers read by id, ... */
	int64_t *by_id_at;      /* ... and when last, by their number: taken_at */
	size_t by_id_cap;
	int64_t newest;         /* taken_at of the newest snapshot; TIMESTAMP_NONE */
	int64_t doubts_of;      /* the same, if its manifest could be read: ... */
	uint64_t doubts;        /* ... its lists that claim nothing */
	int64_t newest_fetched; /* taken_at of the newest snapshot with locations; the same */
	struct str
	    newest_locations; /* the newest page of locations, "<snapshot>/<path>"; empty: none */
	struct str newest_locations_sha256;
};

/*
 * coverage_load(c, account, settings, now, pages, e):
 * A snapshot after ${now} counts for newest alone.  ${pages} is filled with the pages of the
 * snapshots that were looked at; NULL: they are not wanted.
 */
int coverage_load(struct coverage *c, const char *account, const struct flowhub_settings *settings,
    int64_t now, struct known_pages *pages, struct err *e) ERR_MUST;

/* coverage_add(c, id, m): what one more snapshot proves; in any order. */
void coverage_add(struct coverage *c, struct str id, const struct manifest *m);

/* coverage_find(c, location): NULL: nothing is proved of it. */
struct coverage_location *coverage_find(const struct coverage *c, struct str location);

/* coverage_read_by_id(c, id): when the customer was read by id last; TIMESTAMP_NONE: not, or long
 * ago. */
int64_t coverage_read_by_id(const struct coverage *c, struct str id);

void coverage_release(struct coverage *c);

#endif /* FLOWHUB_COVERAGE_H */
