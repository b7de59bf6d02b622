/* imported_rows.h -- what the files of exports had of some customers: the last row of each.
 *
 * The state knows only what was exported last; who changed since was imported as they were then.
 */
#ifndef PUSH_IMPORTED_ROWS_H
#define PUSH_IMPORTED_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "json/read.h"
#include "state/state.h"

/* The first members say what is asked for, the rest is zero. */
struct imported_rows {
	const char *account;
	struct state *s;
	uint32_t number;     /* the export of that snapshot, and all before it */
	struct intern asked; /* fh_ids */
	bool *is_found;      /* by their number */
	uint32_t found_n;
	bool has_gaps; /* not all of the files are there any more */
};

/* ${j}: the row, as contacts-*.json has it. */
typedef int imported_rows_fn(void *context, struct str fh_id, const struct json *j, struct err *e);

/* imported_rows_read(x, fn, context, e): each row once, those of the newest export first.
 * Errors: ERR_FAILED: a file that cannot be read; ERR_INTERRUPTED; those of ${fn}. */
int imported_rows_read(
    struct imported_rows *x, imported_rows_fn *fn, void *context, struct err *e) ERR_MUST;

void imported_rows_release(struct imported_rows *x);

#endif /* PUSH_IMPORTED_ROWS_H */
