/* segment_sizes.h -- segments.json of an export: each segment, its size, who entered and left. */
#ifndef TIMEMACHINE_SEGMENT_SIZES_H
#define TIMEMACHINE_SEGMENT_SIZES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

struct segment_size {
	struct str name, slug, sentence;
	uint64_t members, contacts, entered, left;
};

/*
 * segment_sizes_load(a, root, id, list, n, e):
 * Those of ${root}/exports/<id>, in the order of the rules; all in ${a}.
 * Errors: ERR_IO, sys ENOENT if there is none; ERR_FAILED with file and byte.
 */
int segment_sizes_load(struct arena *a, const char *root, struct str id, struct segment_size **list,
    size_t *n, struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_SEGMENT_SIZES_H */
