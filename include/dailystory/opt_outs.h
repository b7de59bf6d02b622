/* opt_outs.h -- to which addresses an opt-out is owed.
 *
 * Opt-outs are owed to addresses, not to contacts (contract, section 7).  A customer who refuses a
 * channel owes it every email, or mobile, that they have or were ever exported with, whether they
 * are a contact or not.  Customers may share an address, so the table `owed` counts for each one
 * how many owe it; a line is written when that begins.  An opt-in is never written.
 *
 * Always true:
 * - An address is in the table exactly while somebody who is known owes it.
 * - What happens within one snapshot is netted: one customer who stops and another who begins are
 *   no new beginning.
 */
#ifndef DAILYSTORY_OPT_OUTS_H
#define DAILYSTORY_OPT_OUTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "dailystory/csv_rows.h"
#include "profile/values.h"
#include "state/rows.h"
#include "state/state.h"

/* An address with its channel: a byte of this and the address.  They sort as opt-outs.csv does. */
enum opt_out_channel {
	OPT_OUT_TEXT = 1,
	OPT_OUT_EMAIL = 2
};

/* Addresses with their channels, each once. */
struct opt_outs_list {
	struct str *keys;
	size_t n;
};

/* opt_outs_remember(a, x, p): x->addresses with those of the profile added, packed as the row
 * has them; in ${a}, or x->addresses itself if they are all there. */
struct str opt_outs_remember(struct arena *a, const struct exported *x, const struct profile *p);

/*
 * opt_outs_owed(a, p, addresses, out):
 * What a customer owes by this profile; NULL: one who is not known, and owes nothing.
 * ${addresses} is the list that opt_outs_remember made.
 * Returns: false if ${addresses} is broken.
 */
bool opt_outs_owed(
    struct arena *a, const struct profile *p, struct str addresses, struct opt_outs_list *out);

/* The changes of one snapshot; zero-initialisable. */
struct opt_outs {
	struct intern changed; /* keys whose count changed */
	struct opt_outs_count *counts;
	size_t cap;
};

/* opt_outs_change(o, s, before, now, e): one customer owes something else than with the snapshot
 * before. */
int opt_outs_change(struct opt_outs *o, struct state *s, const struct opt_outs_list *before,
    const struct opt_outs_list *now, struct err *e) ERR_MUST;

/* opt_outs_end(o, s, f, e): the table is brought up to date, and a line is written for each address
 * that began to be owed with this snapshot. */
int opt_outs_end(struct opt_outs *o, struct state *s, struct csv_rows *f, struct err *e) ERR_MUST;

/* opt_outs_write(s, since, f, e): a line for each address that is owed since a later snapshot than
 * that of the number; 0: for each that is owed. */
int opt_outs_write(struct state *s, uint32_t since, struct csv_rows *f, struct err *e) ERR_MUST;

void opt_outs_release(struct opt_outs *o);

#endif /* DAILYSTORY_OPT_OUTS_H */
