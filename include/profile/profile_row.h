/* profile_row.h -- a profile as the table of profiles holds it. */
#ifndef PROFILE_PROFILE_ROW_H
#define PROFILE_PROFILE_ROW_H

#include <stdbool.h>

#include "base/str.h"
#include "profile/values.h"

struct arena;

void values_pack(struct buf *b, const struct profile *p);

/* Returns: false if the row is damaged.  The lists come as numbers of names only, in ${a}; without
 * an arena they are left out. */
bool values_unpack(struct arena *a, struct str row, struct profile *p);

#endif /* PROFILE_PROFILE_ROW_H */
