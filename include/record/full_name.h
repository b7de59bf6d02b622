/* full_name.h -- a full name as first and last name.
 *
 * Contract section 4, "Names"; docs/readings.md, "Profiles".
 */
#ifndef RECORD_FULL_NAME_H
#define RECORD_FULL_NAME_H

#include "base/str.h"

struct arena;

/* full_name_split(a, name, first, last): both in ${a} or borrowed; absent ones are {0}. */
void full_name_split(struct arena *a, struct str name, struct str *first, struct str *last);

#endif /* RECORD_FULL_NAME_H */
