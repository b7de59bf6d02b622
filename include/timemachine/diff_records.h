/* diff_records.h -- two versions of a record side by side, for people and as section 5 of the
 * contract writes it.
 */
#ifndef TIMEMACHINE_DIFF_RECORDS_H
#define TIMEMACHINE_DIFF_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

struct diff_records_line {
	struct str path;          /* JSON Pointer */
	struct str before, after; /* compact JSON; p NULL: nothing there */
};

struct diff_records {
	struct diff_records_line *list; /* by path */
	size_t n;
};

/*
 * diff_records_texts(a, before, after, out):
 * Returns: 0; -1 if one of the texts is no record (it was sound when it was taken in).
 */
int diff_records_texts(struct arena *a, struct str before, struct str after,
    struct diff_records *out, struct err *e) ERR_MUST;

/* diff_records_keep(c, path): only what lies at the path, below it, or is a value that holds it.
 * "": everything. */
void diff_records_keep(struct diff_records *c, struct str path);

/* diff_records_json(b, c): the array "changes"; diff_records_text(c, indent): lines for people, to
 * standard output. */
void diff_records_json(struct buf *b, const struct diff_records *c);
void diff_records_text(const struct diff_records *c, int indent);

#endif /* TIMEMACHINE_DIFF_RECORDS_H */
