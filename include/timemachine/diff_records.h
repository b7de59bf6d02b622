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

struct compared_line {
	struct str path;          /* JSON Pointer */
	struct str before, after; /* compact JSON; p NULL: nothing there */
};

struct compared {
	struct compared_line *list; /* by path */
	size_t n;
};

/*
 * compared_texts(a, before, after, out):
 * Returns: 0; -1 if one of the texts is no record (it was sound when it was taken in).
 */
int compared_texts(struct arena *a, struct str before, struct str after, struct compared *out,
    struct err *e) ERR_MUST;

/* compared_keep(c, path): only what lies at the path, below it, or is a value that holds it. "":
 * everything. */
void compared_keep(struct compared *c, struct str path);

/* compared_json(b, c): the array "changes"; compared_text(c, indent): lines for people, to standard
 * output. */
void compared_json(struct buf *b, const struct compared *c);
void compared_text(const struct compared *c, int indent);

#endif /* TIMEMACHINE_DIFF_RECORDS_H */
