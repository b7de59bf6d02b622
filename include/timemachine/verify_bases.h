/* verify_bases.h -- checks every file of every base, and that it folds the history of the state. */
#ifndef TIMEMACHINE_VERIFY_BASES_H
#define TIMEMACHINE_VERIFY_BASES_H

#include <stdint.h>

#include "base/err.h"
#include "timemachine/finding.h"
#include "timemachine/verify_state.h"

/* verify_bases(account, state, n, f, e): each file against its digest, each record and each line
 * read.  ${n}: how many bases there are. */
int verify_bases(const char *account, const struct verify_state *state, uint64_t *n,
    struct findings *f, struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_VERIFY_BASES_H */
