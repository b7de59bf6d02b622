/* zone.h -- local time of a named time zone, for pages that people read.
 *
 * Nothing that is derived from snapshots may depend on it: times there are UTC.  The zone is the
 * process's, so it is set once, before there are threads.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* zone_exists(name): the machine knows it: "America/Denver", "UTC". */
bool zone_exists(struct str name);

/* zone_use(name): from now on, local time is that of this zone, which exists. */
void zone_use(struct str name);

/* zone_offset(us): how far local time is ahead of UTC then, in us. */
int64_t zone_offset(int64_t us);

#endif /* BASE_ZONE_H */
