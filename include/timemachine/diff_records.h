/* diff_records.h -- what differs between two versions of a record. */
#ifndef TIMEMACHINE_DIFF_RECORDS_H
#define TIMEMACHINE_DIFF_RECORDS_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "json/read.h"

struct arena;

struct diff_records_change {
	struct str path;          /* JSON Pointer */
	struct str before, after; /* compact JSON; p NULL: nothing there */
	struct str json;          /* all of it, as contract section 5 writes it */
};

struct diff_records {
	struct diff_records_change *list; /* by path */
	size_t n;
};

/* diff_records_texts(a, before, after, out, e): ERR_DAMAGED if a text is no JSON. */
int diff_records_texts(struct arena *a, struct str before, struct str after,
    struct diff_records *out, struct err *e) ERR_MUST;

/* diff_records_parse(a, j, list, out): out of the array "changes" of a diff's line; borrows ${j}.
 */
void diff_records_parse(
    struct arena *a, const struct json *j, uint32_t list, struct diff_records *out);

/* diff_records_keep(c, path): only what is at the path, below it, or a value that holds it.
 * "": everything. */
void diff_records_keep(struct diff_records *c, struct str path);

/* diff_records_json(a, c): the array "changes". */
struct str diff_records_json(struct arena *a, const struct diff_records *c);

#endif /* TIMEMACHINE_DIFF_RECORDS_H */
