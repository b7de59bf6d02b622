/* apply_drops.h -- the fields of added and changed records that could not be used.
 *
 * They lie packed in the copies (seen.h), so they are listed before the snapshot is forgotten.
 */
#ifndef DELTA_APPLY_DROPS_H
#define DELTA_APPLY_DROPS_H

#include <stddef.h>

#include "delta/delta.h"
#include "delta/read_snapshot.h"

struct arena;

/* A field of an added or changed record that could not be used. */
struct apply_drop {
	enum entity entity;
	struct str id;
	struct record_drop drop;
};

/* apply_drops(a, m, in, d, n): by entity, id, field, as bytes; list and texts in ${a}. */
struct apply_drop *apply_drops(struct arena *a, const struct manifest *m,
    const struct read_snapshot *in, const struct delta *d, size_t *n);

#endif /* DELTA_APPLY_DROPS_H */
