/* verify_terms.h -- checks terms/ against the rules and settings that the state says were in force.
 */
#ifndef TIMEMACHINE_VERIFY_TERMS_H
#define TIMEMACHINE_VERIFY_TERMS_H

#include "base/err.h"
#include "timemachine/finding.h"
#include "timemachine/verify_state.h"

/*
 * verify_terms(account, state, f, e):
 * Each file can be read, and says of every snapshot what its row says.  Without a state only the
 * first.
 * Errors: ERR_IO: terms/ cannot be listed.
 */
int verify_terms(const char *account, const struct verify_state *state, struct findings *f,
    struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_VERIFY_TERMS_H */
