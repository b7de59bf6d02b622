/* folded.h -- whether folded history tells of somebody.
 *
 * A base stands for snapshots that are gone, so it cannot be made again without a person; nor can
 * one be taken out of it, for what others' rows say would change with it.  Who is in no base can be
 * erased all the same (docs/decisions/0049).
 */
#ifndef ERASE_FOLDED_H
#define ERASE_FOLDED_H

#include "base/err.h"
#include "erase/redact.h"

/*
 * folded_check(account, r, e):
 * Look at every record and every remembered row of every base, and at the packed manifests.
 * Errors: ERR_USAGE: one tells of somebody who is to be erased; ERR_DAMAGED.
 */
int folded_check(const char *account, struct redactor *r, struct err *e) ERR_MUST;

/* folded_carry(account, base, to, e): the diffs and exports of the snapshots up to that base, which
 * nothing makes again, get names below ${to}. */
int folded_carry(const char *account, struct str base, const char *to, struct err *e) ERR_MUST;

#endif /* ERASE_FOLDED_H */
