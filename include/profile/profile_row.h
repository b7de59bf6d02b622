/* profile_row.h -- a profile as a row of the state. */
#ifndef PROFILE_PROFILE_ROW_H
#define PROFILE_PROFILE_ROW_H

#include <stdbool.h>

#include "base/str.h"
#include "profile/values.h"

struct arena;

void profile_row_pack(struct buf *b, const struct profile *p);

/* Returns: false if the row is damaged.  The lists come as numbers of the dictionary, in ${a};
 * without an arena they are left out. */
bool profile_row_unpack(struct arena *a, struct str row, struct profile *p);

#endif /* PROFILE_PROFILE_ROW_H */
