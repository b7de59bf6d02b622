/* diff_line.h -- one line of a diff: a record that was added, changed or removed.
 *
 * The lines of diffs/ and those of 'flowstory diff' have one format (contract, section 5); it is
 * written here and nowhere else.
 */
#ifndef DELTA_DIFF_LINE_H
#define DELTA_DIFF_LINE_H

#include <stdint.h>

#include "base/str.h"
#include "record/record.h"

/* Where a version of the record lies; without a page it lies nowhere. */
struct diff_line_place {
	struct str page; /* its path in the snapshot */
	uint32_t index;  /* of the record in the page */
};

/* Everything is borrowed; what is empty is left out. */
struct diff_line_parts {
	enum entity entity;
	struct str id;
	const char *op; /* "added", "changed", "removed" */
	struct diff_line_place now, previous;
	struct str previous_snapshot; /* its id; only with previous */
	struct str changes;           /* a JSON array */
	struct str why;               /* why the op cannot be told */
};

/* diff_line_write(b, p): the line with its line feed, after what is in ${b}. */
void diff_line_write(struct buf *b, const struct diff_line_parts *p);

#endif /* DELTA_DIFF_LINE_H */
