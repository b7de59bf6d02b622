/* imported.h -- to begin with an account that is in DailyStory already: the files of an export were
 * imported by hand.
 *
 * Then the contacts are acked as those files had them, without a dsid, which is found when one
 * changes first.  Opt-outs are not taken for imported: they are told again.
 */
#ifndef PUSH_IMPORTED_H
#define PUSH_IMPORTED_H

#include <stdint.h>

#include "base/err.h"
#include "push/push.h"

/*
 * imported_mark(p, id, n, e):
 * Everybody who is not known to be in DailyStory, and whose row is not newer than the export of
 * that snapshot.  ${n}: how many. Errors: ERR_USAGE no such snapshot is applied.
 */
int imported_mark(struct push *p, const char *id, uint64_t *n, struct err *e) ERR_MUST;

#endif /* PUSH_IMPORTED_H */
