/* events.h -- who entered and who left a segment, and why: the lines of one export's events.jsonl.
 */
#ifndef REPORT_EVENTS_H
#define REPORT_EVENTS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "json/read.h"
#include "segment/membership.h"

struct arena;

/* A walk over them; zero-initialisable. */
struct events {
	const char *path;
	struct str left; /* lines not read yet */
	struct json tape;
};

struct event {
	struct str slug;
	bool is_entered; /* else the customer left */
	enum cause cause;
};

/* events_open(a, account, id, x, e): of that export; it lies in ${a}.  Without the file there are
 * none. */
int events_open(
    struct arena *a, const char *account, struct str id, struct events *x, struct err *e) ERR_MUST;

/*
 * events_next(a, x, out, e):
 * The next one about a segment; its text borrows from the walk.
 * Returns: 1, 0 at the end, -1.
 */
int events_next(struct arena *a, struct events *x, struct event *out, struct err *e) ERR_MUST;

void events_close(struct events *x);

#endif /* REPORT_EVENTS_H */
