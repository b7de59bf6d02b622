/* replay_sizes.h -- segments.json of an export: each segment's size and who moved. */
#ifndef TIMEMACHINE_REPLAY_SIZES_H
#define TIMEMACHINE_REPLAY_SIZES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

struct replay_size {
	struct str name, slug, sentence;
	uint64_t members, contacts, entered, left;
};

/*
 * replay_sizes_load(a, root, id, list, n, e):
 * Those of ${root}/exports/<id>, in the order of the rules; all in ${a}.
 * Errors: ERR_IO, sys ENOENT if there is none; ERR_FAILED with file and byte.
 */
int replay_sizes_load(struct arena *a, const char *root, struct str id, struct replay_size **list,
    size_t *n, struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_REPLAY_SIZES_H */
