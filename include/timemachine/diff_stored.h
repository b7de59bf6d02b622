/* diff_stored.h -- the history of one place in the records, out of the diffs. */
#ifndef TIMEMACHINE_DIFF_STORED_H
#define TIMEMACHINE_DIFF_STORED_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "json/read.h"
#include "state/state.h"
#include "timemachine/diff_records.h"

/* A record in which the place changed; borrowed until the next one. */
struct diff_stored_record {
	struct str snapshot; /* its id; the diff is its */
	struct str entity, id, page, index;
	struct diff_records changes; /* of that place alone */
};

/* An iterator; zero-initialisable but for the first three members. */
struct diff_stored {
	const char *account;
	struct state *s;
	struct str path; /* JSON Pointer: what is at it, below it, or a value that holds it */
	uint32_t number; /* of the snapshot in hand */
	struct str rest; /* lines of its diff */
	struct diff_stored_record record;
	struct arena file, scratch;
	struct gz_reader *gz;
	struct buf text;
	struct json json;
};

/*
 * diff_stored_next(d, e):
 * The next such record of any diff in ->record, oldest first.
 * Returns: 1, 0 at the end, -1.
 * Errors:  ERR_DAMAGED with the diff that was modified.
 */
int diff_stored_next(struct diff_stored *d, struct err *e) ERR_MUST;
void diff_stored_release(struct diff_stored *d);

#endif /* TIMEMACHINE_DIFF_STORED_H */
