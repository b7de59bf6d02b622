/* folded_gather.h -- what bases and the diffs they stand for tell of those who are erased. */
#ifndef ERASE_FOLDED_GATHER_H
#define ERASE_FOLDED_GATHER_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "erase/folded_digests.h"
#include "erase/gather.h"

/* Where it lies: in the account, or where it was put aside. */
struct folded_gather {
	const char *bases;          /* bases/ is in it */
	const char *diffs;          /* diffs/ is in it */
	struct str start;           /* the base at which history begins, or empty: diffs up to it */
	struct gather *out;         /* its settings and fate are given */
	struct folded_digests *was; /* of every snapshot, as the bases name them; or NULL */
};

/* folded_gather_all(g, e): all bases there are; nothing where there is none.
 * Errors: ERR_DAMAGED. */
int folded_gather_all(const struct folded_gather *g, struct err *e) ERR_MUST;

/* folded_gather_lists(g, snapshot, cell): whether an opt-out in the export of a folded snapshot
 * has to go: nobody else had the address or was exported with it, and they did, or may have had it,
 * for what was read of them then is told nowhere. A cell that a spreadsheet would run has a quote
 * in front. */
bool folded_gather_lists(const struct gather *g, struct str snapshot, struct str cell);

#endif /* ERASE_FOLDED_GATHER_H */
