/* folded_rows.h -- the rows of one file of an export, without those of who is erased. */
#ifndef ERASE_FOLDED_ROWS_H
#define ERASE_FOLDED_ROWS_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "erase/folded_names.h"

/* What is left of a file. */
struct folded_rows {
	const struct folded_names *names;
	struct str snapshot; /* of the export */
	/* set by folded_rows_take */
	struct buf out;
	uint64_t rows, gone; /* that are left; that went */
	bool is_changed;
	/* its own */
	struct arena a;
	struct json json;
};

/* folded_rows_take(g, path, text, e): ${path} is the file's in the export; its text anew in g->out.
 * Errors: ERR_DAMAGED: it cannot be read. */
int folded_rows_take(
    struct folded_rows *g, struct str path, struct str text, struct err *e) ERR_MUST;

void folded_rows_release(struct folded_rows *g);

#endif /* ERASE_FOLDED_ROWS_H */
