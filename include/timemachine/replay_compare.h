/* replay_compare.h -- whether a replayed snapshot's diff and export are the account's own, byte for
 * byte.
 *
 * Diffs are compared uncompressed.  Nobody's data goes into the message: it names the file, the
 * line, the field.
 */
#ifndef TIMEMACHINE_REPLAY_COMPARE_H
#define TIMEMACHINE_REPLAY_COMPARE_H

#include "base/err.h"
#include "base/str.h"

/*
 * replay_compare(account, replayed, id, e):
 * Errors: ERR_DIFFERS: the first difference; the file is the account's.
 */
int replay_compare(
    const char *account, const char *replayed, struct str id, struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_REPLAY_COMPARE_H */
