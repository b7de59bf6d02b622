/* nearest.h -- what can be asked in place of a snapshot that was pruned. */
#ifndef TIMEMACHINE_NEAREST_H
#define TIMEMACHINE_NEAREST_H

#include "base/err.h"
#include "base/str.h"

/*
 * nearest_advise(account, id, first, e):
 * Add to the error in ${e} the last base before ${id}, and what comes first after it: a base, or
 * the snapshot ${first}, with which it can be asked in any case.
 * Returns: -1.
 */
int nearest_advise(const char *account, struct str id, struct str first, struct err *e);

#endif /* TIMEMACHINE_NEAREST_H */
