/* compare.h -- what differs between two versions of a record, field by field.
 *
 * Contract section 5: JSON Pointers to the deepest places that differ, sorted by bytes.  Numbers
 * are compared by value, text decoded; the order of keys is no difference, null and a missing field
 * differ.
 */
#ifndef RECORD_COMPARE_H
#define RECORD_COMPARE_H

#include <stddef.h>
#include <stdint.h>

#include "json/read.h"
#include "base/str.h"

struct arena;

#define COMPARE_ABSENT UINT32_MAX

struct change {
	struct str path; /* JSON Pointer, decoded names, ~0 ~1 escaped; "" is the record itself */
	uint32_t before; /* node in the old tape, or COMPARE_ABSENT */
	uint32_t after;  /* node in the new tape, or COMPARE_ABSENT */
};

/*
 * compare_list(a, before, after, n):
 * All differences, in a, sorted by path bytes; *n is 0 if the versions mean the same.
 */
struct change *compare_list(
    struct arena *a, const struct json *before, const struct json *after, size_t *n);

/* compare_write(b, list, n, before, after): the "changes" array of a diff's line,
 * [{"path":"/voided","before":false,"after":true},...]: values compact, an absent side left out. */
void compare_write(struct buf *b, const struct change *list, size_t n, const struct json *before,
    const struct json *after);

#endif /* RECORD_COMPARE_H */
