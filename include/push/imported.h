/* imported.h -- to begin with an account that is in DailyStory already: the files of an export were
 * imported by hand.
 *
 * Then the contacts are acked as those files had them, without a dsid, which is found when one
 * changes first.  Who has changed since is acked as they were, so that the difference is sent: a
 * new address, or that they are gone.  Opt-outs are not taken for imported: they are told again.
 */
#ifndef PUSH_IMPORTED_H
#define PUSH_IMPORTED_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "push/push.h"

struct imported {
	uint64_t n; /* contacts that were noted */
	/* fh_ids of customers who were exported once and have changed since, or are gone, and whose
	 * row is in no file that is there still: they may be in DailyStory. */
	struct str *lost;
	size_t lost_n, lost_cap;
};

/*
 * imported_mark(p, id, out, e):
 * Everybody who is not known to be in DailyStory, as the export of that snapshot or one before had
 * them last.  ${out} lies in p->a.
 * Errors: ERR_USAGE no such snapshot is applied; ERR_FAILED a file of an export is damaged.
 */
int imported_mark(struct push *p, const char *id, struct imported *out, struct err *e) ERR_MUST;

#endif /* PUSH_IMPORTED_H */
