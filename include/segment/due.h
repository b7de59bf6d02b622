/* due.h -- which orders the rules of a set count over a span of time.
 */
#ifndef SEGMENT_DUE_H
#define SEGMENT_DUE_H

#include <stdint.h>

#include "segment/segment.h"

/* due_since(set, as_of): the earliest time whose orders a rule may count over a span, at ${as_of}
 * or later, us; TIMESTAMP_NEVER if none does.  The profile needs them: profile_recent. */
int64_t due_since(const struct segment_set *set, int64_t as_of);

#endif /* SEGMENT_DUE_H */
