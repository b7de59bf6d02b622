/* missing.h -- which known records a snapshot proves to be gone.
 *
 * Contract section 2: only a complete scope that must hold a record proves its absence, and not
 * one that holds a quarantined record without a readable id.
 */
#ifndef DELTA_MISSING_H
#define DELTA_MISSING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "delta/read_snapshot.h"
#include "state/state.h"

struct arena;

/* A record that is gone. */
struct absent {
	struct str id;
	struct place before;
};

/* missing_find(a, s, in, source, entity, list, n, e): by id, each once, in a. */
int missing_find(struct arena *a, struct state *s, const struct read_snapshot *in,
    const struct read_source *source, enum entity entity, struct absent **list, size_t *n,
    struct err *e) ERR_MUST;

/* quarantine_has(&in->quarantine, entity, id): a copy that is at fault makes its id present. */
bool missing_is_quarantined(const struct read_snapshot *in, enum entity entity, struct str id);

#endif /* DELTA_MISSING_H */
