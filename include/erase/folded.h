/* folded.h -- who is erased goes out of folded history, too.
 *
 * A base stands for snapshots that are gone, so nothing before it can be applied again.  Bases, the
 * diffs and exports up to the one at which history begins, and the packed manifests are rewritten
 * line by line (docs/decisions/0063), beside the account's own; then they change places.  A later
 * base, which a prune that was stopped left behind, is not needed and goes (docs/decisions/0064).
 */
#ifndef ERASE_FOLDED_H
#define ERASE_FOLDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "erase/folded_digests.h"
#include "erase/gather.h"
#include "erase/redact.h"

/* Zero-initialisable but for the first members. */
struct folded {
	const char *account;
	size_t jobs;
	struct gather *gather; /* whose fate is asked, and the texts to search for */
	bool is_removal;       /* their orders go, too */
	/* set by folded_find */
	struct str start; /* the base at which history begins, or empty */
	size_t bases;     /* that are there */
	bool has_spare;   /* one of them is a later one */
	/* set by folded_plan */
	uint64_t kinds[REDACT_KINDS]; /* records of bases, by kind */
	bool is_touched;              /* they tell of them */
	struct intern passed;         /* orders of theirs, somebody else's where history begins */
	/* its own */
	struct redactor redactor;
	struct folded_digests was; /* what diffs and exports have to be */
	struct arena arena;
};

/* folded_find(f, e): what there is. */
int folded_find(struct folded *f, struct err *e) ERR_MUST;

/* folded_gather_texts(f, is_aside, derived, e): everything that tells of them into f->gather; from
 * what was put aside, in ${derived}, if ${is_aside}. */
int folded_gather_texts(
    struct folded *f, bool is_aside, const char *derived, struct err *e) ERR_MUST;

/* folded_plan(f, e): after everything is gathered.  Nothing is changed.
 * Errors: ERR_DAMAGED. */
int folded_plan(struct folded *f, struct err *e) ERR_MUST;

/* folded_write(f, e): all of it anew, among what rewrite.h makes, durable and marked (swap.h). */
int folded_write(struct folded *f, struct err *e) ERR_MUST;

/* folded_keeps(f, snapshot, cell): whether an opt-out with that cell, in the export of that
 * snapshot, is one that folded_write has to leave.  After everything is gathered. */
bool folded_keeps(const struct folded *f, struct str snapshot, struct str cell);

/* folded_swap(account, e): bases and packed manifests take their places. */
int folded_swap(const char *account, struct err *e) ERR_MUST;

/* folded_carry(account, base, to, e): the diffs and exports of the snapshots up to that base, as
 * they are now, get names below ${to}. */
int folded_carry(const char *account, struct str base, const char *to, struct err *e) ERR_MUST;

void folded_release(struct folded *f);

#endif /* ERASE_FOLDED_H */
