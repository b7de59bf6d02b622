/* push_held.h -- what is sent of a snapshot that is younger than 'push_hold'. */
#ifndef PUSH_PUSH_HELD_H
#define PUSH_PUSH_HELD_H

#include <stdbool.h>

#include "push/acked.h"
#include "push/wanted.h"
#include "push/wanted_source.h"

/* push_held_protects(x, w, acked): without this row a contact could be written to that may not be:
 * it makes it inactive, or takes a mobile away. */
bool push_held_protects(
    const struct wanted_source *x, const struct wanted *w, const struct acked *acked);

#endif /* PUSH_PUSH_HELD_H */
