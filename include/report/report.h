/* report.h -- the numbers of an account, gathered for a page that people look at.
 *
 * A pure function of the account's files, the settings and the time it is asked: the same give the
 * same bytes.  Nothing is written here, and nobody is named.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdint.h>

#include "account/settings.h"
#include "base/err.h"
#include "report/model.h"
#include "state/state.h"

struct arena;

struct report_source {
	const char *account;
	struct state *s; /* open; with no snapshot applied the page says so */
	const struct settings *settings;
	struct str zone; /* in use (base/zone.h) */
	int64_t now;     /* us */
	uint64_t days;   /* how far back; 0: all */
};

/* report_gather(a, source, out, e): everything lies in ${a}. */
int report_gather(struct arena *a, const struct report_source *source, struct report_model *out,
    struct err *e) ERR_MUST;

/* report_json(b, m): the same numbers as one JSON document. */
void report_json(struct buf *b, const struct report_model *m);

#endif /* REPORT_REPORT_H */
