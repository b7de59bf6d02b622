/* fetch.h -- reads an account from Flowhub into a new snapshot, all of it or nothing.
 *
 * In order: locations, the lists of the plan, customers by id, one rename.  What only command/
 * knows (the clock, who is known) comes in by functions.
 */
#ifndef FLOWHUB_FETCH_H
#define FLOWHUB_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "base/str.h"
#include "flowhub/by_id.h"
#include "flowhub/client.h"
#include "flowhub/plan.h"
#include "flowhub/reads.h"
#include "snapshot/manifest.h"
#include "snapshot/page_filter.h"

/* An unfinished first fetch is resumed if it is younger. */
#define FETCH_RESUME_AGE (INT64_C(86400) * 1000000) /* us */

enum fetch_resume {
	FETCH_RESUME_RECENT, /* up to FETCH_RESUME_AGE */
	FETCH_RESUME_ANY,
	FETCH_RESUME_NONE
};

struct fetch_source {
	const char *account;
	const struct flowhub_settings *settings;
	const struct client_credentials *credentials;
	const char *ca_file; /* NULL: the system's */
	const struct host *host;
	struct by_id_known known;
	enum fetch_resume resume;
	const struct page_filter *filter; /* who was erased; NULL: nobody */
};

struct fetch_result {
	char id[17]; /* of the snapshot once it is there; or "" */
	uint64_t calls, retries, received, pages;
	uint64_t records[RESOURCE_ORDERS + 1]; /* by resource, in the snapshot */
	uint64_t doubts;                       /* lists that claim nothing */
	uint64_t left_out;                     /* locations that Flowhub refused to read */
	uint64_t news;         /* of these two, what the complete fetch before did not report */
	uint64_t unknown_left; /* unknown customers for the next run to ask for */
	uint64_t waiting_left; /* known ones whom the list of all leaves out; the same */
	struct reads reads;    /* as this fetch leaves them, if the account could be read */
	bool is_silent;        /* there is no snapshot because Flowhub did not answer */
};

/*
 * fetch_run(s, r, e):
 * ${r} is filled in any case.  The account's lock is held.
 * Errors: those of client_get; nothing is left behind but an unfinished first fetch.
 */
int fetch_run(const struct fetch_source *s, struct fetch_result *r, struct err *e) ERR_MUST;

/* fetch_plan(a, account, s, now, plan, e): what fetch_run would read, found without a call: the
 * locations are those of the settings, or of the newest snapshot. */
int fetch_plan(struct arena *a, const char *account, const struct flowhub_settings *s, int64_t now,
    struct plan *plan, struct err *e) ERR_MUST;

#endif /* FLOWHUB_FETCH_H */
