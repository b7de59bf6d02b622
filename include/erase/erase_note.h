/* erase_note.h -- ACCOUNT/erase.json: an erasure at work.
 *
 * While it is there the erasure is unfinished, and every other command waits for it.  It says how
 * far it has come and which pages it concerns; customers are named by their tombstones' HMACs
 * alone.
 */
#ifndef ERASE_ERASE_NOTE_H
#define ERASE_ERASE_NOTE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "erase/tombstones.h"

/* What is still to be done, in this order; each step can be done again. */
#define ERASE_STEPS(X)                                                                             \
	X(ERASE_REWRITE, "rewrite")   /* touched snapshots, beside the others */                   \
	X(ERASE_SWAP, "swap")         /* they take the others' places */                           \
	X(ERASE_DERIVE, "derive")     /* diffs, exports and state, beside the others */            \
	X(ERASE_EXCHANGE, "exchange") /* the same */                                               \
	X(ERASE_SEARCH, "search")     /* is anything left? */                                      \
	X(ERASE_REMOVE, "remove")     /* what was put aside */

enum erase_step {
#define X(step, name) step,
	ERASE_STEPS(X)
#undef X
	ERASE_STEPS_END
};

struct erase_note {
	int64_t at; /* us, whole seconds */
	enum erase_step step;
	enum tombstones_orders orders;
	struct str *customers; /* HMACs */
	size_t customers_n;
	struct str *exported; /* whose contact has which address, by HMAC */
	size_t exported_n;
	struct str *snapshots; /* touched, oldest first */
	size_t snapshots_n;
	struct str pages; /* a JSON array of snapshot, path and records; written, never read */
};

/* erase_note_load(a, account, out, e): 1 there is one, 0 there is none, -1 ERR_FAILED: damaged. */
int erase_note_load(
    struct arena *a, const char *account, struct erase_note *out, struct err *e) ERR_MUST;

/* erase_note_save: durably.  erase_note_remove: the erasure is finished. */
int erase_note_save(const struct erase_note *n, const char *account, struct err *e) ERR_MUST;
int erase_note_remove(const char *account, struct err *e) ERR_MUST;

#endif /* ERASE_ERASE_NOTE_H */
