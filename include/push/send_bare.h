/* send_bare.h -- whether a contact that was found by an address has nothing else: so a create of
 * ours makes one, and whoever has any other may be somebody who was there before.
 */
#ifndef PUSH_SEND_BARE_H
#define PUSH_SEND_BARE_H

#include "push/send_call.h"
#include "push/wanted.h"

enum send_bare_is {
	SEND_BARE_NONE,    /* there is none, or it is deleted */
	SEND_BARE_YES,     /* active, and with that address and nothing else */
	SEND_BARE_MORE,    /* it has that address, and more, or holds a refusal */
	SEND_BARE_REFUSED, /* nobody saw that it has the address */
};

struct send_bare {
	enum send_bare_is is;
	bool has_id;             /* theirs, as it was imported by hand: so it is theirs */
	long status;             /* of the answer */
	struct send_refusal why; /* of SEND_BARE_REFUSED; in the arena of the push */
};

/* send_bare_look(g, w, of, dsid, out): of the contact that ${w} may have by the address ${of}.
 * Returns: SEND_DONE, SEND_UNKNOWN, -1.  Errors: as send_call. */
int send_bare_look(struct send *g, const struct wanted *w, const struct strays_address *of,
    struct str dsid, struct send_bare *out) ERR_MUST;

/* send_bare_over(g, fh_id, field, status, dsid): of the creates of that address nothing is in
 * question any more; ${status}: of the answer that says so, or 0: the books do; ${dsid}: of a
 * contact that was deleted for it, or empty.  Returns: SEND_DONE, -1. */
int send_bare_over(struct send *g, struct str fh_id, const struct journal_field *field, long status,
    struct str dsid) ERR_MUST;

#endif /* PUSH_SEND_BARE_H */
