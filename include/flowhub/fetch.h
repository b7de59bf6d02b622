/* fetch.h -- an account read into a new snapshot, whole or not at all.
 *
 * Locations, the plan's lists, customers by id, the rename.  What command/
 * knows of the account's state comes in by functions.
 */
#ifndef FLOWHUB_FETCH_H
#define FLOWHUB_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "flowhub/client.h"
#include "flowhub/known_customers.h"
#include "base/host.h"
#include "flowhub/plan.h"
#include "flowhub/flowhub_settings.h"
#include "snapshot/manifest.h"

/* An unfinished first read is taken up again if it is younger. */
#define FETCH_RESUME (INT64_C(86400) * 1000000) /* us */

enum fetch_resume {
	RESUME_YOUNG,
	RESUME_ANY,
	RESUME_NONE
};

struct fetch_source {
	const char *account;
	const struct flowhub_settings *settings;
	const struct credentials *credentials;
	const char *ca_file; /* NULL: the system's */
	const struct host *out;
	struct known_customers known;
	enum fetch_resume resume;
};

struct fetch_result {
	char id[17]; /* the snapshot's, once it is there; or "" */
	uint64_t calls, retries, received, pages;
	uint64_t records[RESOURCE_ORDERS + 1]; /* by resource, in the snapshot */
	uint64_t doubts;                       /* lists that claim nothing */
	uint64_t unknown_left;                 /* customers for the next run to ask for */
};

/*
 * fetch_run(s, r, e):
 * ${r} is filled in any case.  The account's lock is held.
 * Errors: those of client_get; nothing is left behind but an unfinished first
 * read.
 */
int fetch_run(const struct fetch_source *s, struct fetch_result *r, struct err *e) ERR_MUST;

/* fetch_plan(a, account, s, now, plan, e): what fetch_run would read, without a
 * call: locations are those of the newest snapshot, or of the settings. */
int fetch_plan(struct arena *a, const char *account, const struct flowhub_settings *s, int64_t now,
    struct plan *plan, struct err *e) ERR_MUST;

#endif /* FLOWHUB_FETCH_H */
