/* folded_exports.h -- the exports of folded snapshots, without the rows of those who are erased.
 *
 *   - Rows of theirs go, and with the last row the file; rows of others keep their bytes.
 *   - Who lost an address to one of them is said to have lost it to nobody.
 *   - An opt-out stays where somebody else has the address, or had it; it goes where they had it,
 * or were read while no line tells with what (folded_gather.h).
 *   - Of a dropped field of an order of theirs the row stays if the field may.
 *
 * Counts and sums of the manifest stay: they say what was exported, and name nobody; the entry of a
 * file says in "redacted" how many rows went.
 */
#ifndef ERASE_FOLDED_EXPORTS_H
#define ERASE_FOLDED_EXPORTS_H

#include "base/err.h"
#include "base/str.h"
#include "erase/folded_digests.h"
#include "erase/folded_names.h"

struct folded_exports {
	const char *from, *to; /* exports/ is in both; ${to} NULL: nothing is written */
	struct str start;      /* the base: exports up to it are read */
	struct folded_names *names;
	const struct folded_digests *was; /* what their manifests have to be */
	struct folded_digests *digests;   /* of diffs; those of exports are added */
};

/* folded_exports_write(f, e): into f->to, which is there; a file that stays is another name of it.
 * Nothing is durable yet. Errors: ERR_DAMAGED. */
int folded_exports_write(const struct folded_exports *f, struct err *e) ERR_MUST;

#endif /* ERASE_FOLDED_EXPORTS_H */
