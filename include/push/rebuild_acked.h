/* rebuild_acked.h -- the books made again, from what of them can be read and from DailyStory.
 *
 * For a journal that is damaged and of which there is no backup.  Every contact whose id is known
 * is read (one call each), and what it has there is what was acked: so what differs from what is
 * wanted is sent by the next push, and so is all that nothing tells of.  An opt-out that was told
 * stays told, and one that DailyStory shows is taken over.
 * Source: docs/decisions/0061-books-made-again.md
 */
#ifndef PUSH_REBUILD_ACKED_H
#define PUSH_REBUILD_ACKED_H

#include <stdint.h>

#include "base/err.h"
#include "push/push.h"

struct rebuild_acked_names {
	struct str *list; /* fh_ids */
	size_t n, cap;
};

struct rebuild_acked {
	uint64_t contacts;     /* read, and there */
	uint64_t gone;         /* there no more; what was known of them stays */
	uint64_t unknown;      /* no answer: the whole row is to be sent */
	uint64_t bound;        /* of these: no line says so, but DailyStory does */
	uint64_t unbound;      /* the id is of another customer's contact */
	uint64_t inactive;     /* nothing says that we made them so: they stay */
	uint64_t opted_out;    /* opt-outs that nothing told of any more */
	uint64_t imported;     /* by hand, and without the salt nobody knows what it was */
	uint64_t erased;       /* addresses of lost.h of which no line tells any more */
	uint64_t unrecognised; /* deleted contacts of who was erased: that needs the salt */
	/* No line names a contact of theirs: they were one once, and are none now; or they are one,
	 * and had another address than the one they are found by. */
	struct rebuild_acked_names lost, moved;
};

/*
 * rebuild_acked(p, salvage, d, e):
 * ${p} is open by push_open_damaged.  Up to its end nothing changes, so it can be begun again.
 * Errors: those of ask_contacts and salvage_replace.
 */
int rebuild_acked(
    struct push *p, struct salvage *salvage, struct rebuild_acked *d, struct err *e) ERR_MUST;

#endif /* PUSH_REBUILD_ACKED_H */
