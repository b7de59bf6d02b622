/* erase.h -- takes customers out of every file of the account, in steps that a crash only delays.
 *
 * 1 the plan, of all pages, which are proved first · 2 the tombstone and erase.json · 3 touched
 * snapshots, and folded history, beside the others · 4 the exchange · 5 diffs, exports and state
 * beside the others · 6 the exchange · 7 the search · 8 what was put aside goes, and erase.json
 * last.
 *
 * What was put aside stays until the search has found nothing, for it alone still tells what to
 * search for when another process goes on.
 */
#ifndef ERASE_ERASE_H
#define ERASE_ERASE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account/settings.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "base/intern.h"
#include "base/str.h"
#include "erase/check.h"
#include "erase/rebuild.h"
#include "erase/erase_note.h"
#include "erase/erase_plan.h"
#include "erase/folded.h"
#include "erase/gather.h"
#include "erase/redact.h"
#include "erase/tombstones.h"

/* Zero-initialisable but for the first members. */
struct erase {
	const char *account; /* its lock is held, its state is not open */
	size_t jobs;
	const struct host *host;
	atomic_size_t *pages_done; /* may be NULL */
	enum tombstones_orders orders;
	bool is_left; /* places that remain in the end are accepted */
	/* what is found and done */
	struct intern given;    /* the ids to erase; none: an erasure goes on */
	struct intern exported; /* whose contact has which address, as gather_pair names it */
	struct tombstones tombstones;
	struct erase_note note;
	struct settings settings;
	struct gather gather;
	struct redactor redactor;
	struct erase_plan plan;
	struct folded folded;
	struct check check;
	struct str head_before, head_after;
	bool is_planned;     /* by this process */
	struct intern bound; /* customers whose contact the next push has to delete */
	uint64_t lost;       /* of these, found by an address that push/lost.json keeps */
	struct arena arena;
};

/* erase_add(g, id): before erase_prepare.  erase_exported: they may have a contact in DailyStory
 * with this address, and nobody else has. */
void erase_add(struct erase *g, struct str id);
void erase_exported(struct erase *g, struct str address, struct str id);

/*
 * erase_prepare(g, e):
 * The plan in g->plan, everything that tells of them in g->gather.  Nothing is changed.
 * Errors: ERR_DAMAGED: a page is at fault; ERR_USAGE, ERR_FAILED: it cannot be done here.
 */
int erase_prepare(struct erase *g, struct err *e) ERR_MUST;

/* erase_load(g, e): 1 an unfinished erasure, which erase_run goes on with; 0 there is none. */
int erase_load(struct erase *g, struct err *e) ERR_MUST;

/*
 * erase_run(g, e):
 * All that is to be done but the last step.
 * Returns: 0 done; 1 the search found places that are left, in g->check, and the erasure is
 * unfinished; -1.
 */
int erase_run(struct erase *g, struct err *e) ERR_MUST;

/* erase_by_hand(g, i, address): the i-th of g->gather.owned, from 1 on, if it is of somebody who
 * was exported with it and whose contact no push deletes; each address once. */
bool erase_by_hand(const struct erase *g, uint32_t i, struct str *address);

/* erase_finish(g, e): what was put aside goes, and with it whatever tells of them: all that is to
 * be said has been said. */
int erase_finish(struct erase *g, struct err *e) ERR_MUST;

void erase_release(struct erase *g);

#endif /* ERASE_ERASE_H */
