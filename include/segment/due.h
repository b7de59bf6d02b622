/* due.h -- when time alone may change who is in a segment, and how far back its rules look.
 */
#ifndef SEGMENT_DUE_H
#define SEGMENT_DUE_H

#include <stddef.h>
#include <stdint.h>

#include "segment/segment.h"

struct profile;

/*
 * due_any(set, p, as_of):
 * The earliest time after ${as_of} at which membership in any segment may change while the profile
 * stays as it is; TIMESTAMP_NEVER if time alone changes nothing.  It is never later than a real
 * change, but may be earlier.
 */
int64_t due_any(const struct segment_set *set, const struct profile *p, int64_t as_of);

/* due_one(set, i, p, as_of): the same for one segment and exact: the first time at which its
 * membership differs from that at ${as_of}. */
int64_t due_one(const struct segment_set *set, size_t i, const struct profile *p, int64_t as_of);

/* due_since(set, as_of): the earliest time whose orders a rule may count over a span, at ${as_of}
 * or later, us; TIMESTAMP_NEVER if none does.  The profile needs them: profile_recent. */
int64_t due_since(const struct segment_set *set, int64_t as_of);

#endif /* SEGMENT_DUE_H */
