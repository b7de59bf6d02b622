/* verify_rebuild.h -- the state made again from the snapshots, and compared with the one there is,
 * key by key. */
#ifndef TIMEMACHINE_VERIFY_REBUILD_H
#define TIMEMACHINE_VERIFY_REBUILD_H

#include "base/err.h"
#include "command/command.h"
#include "timemachine/finding.h"
#include "timemachine/verify_state.h"

/*
 * verify_rebuild(o, claims, f, e):
 * The snapshots that the state says were applied, into a hidden directory of the account that goes
 * again; the lock is held.  Only hashes of diffs and exports are kept: they are in the state's
 * rows.  What differs is a finding.
 */
int verify_rebuild(const struct options *o, const struct verify_state *claims, struct findings *f,
    struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_VERIFY_REBUILD_H */
