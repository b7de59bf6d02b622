/* chains.h -- who is linked to whom by shared addresses.
 *
 * Contract section 6: becoming, or ceasing to be, a contact has the cause `data` if a record
 * changed of anybody in the chain of shared emails and mobiles, of this snapshot and of the one
 * before; who is left out is a link of it too.
 */
#ifndef DAILYSTORY_CHAINS_H
#define DAILYSTORY_CHAINS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "dailystory/holders.h"
#include "record/record.h"
#include "state/state.h"

/* Zero-initialisable but for what is borrowed. */
struct chains {
	struct state *s; /* whose tables of addresses are of this snapshot */
	const struct record_settings *settings;
	const struct str *changed; /* customers whose records changed, sorted */
	size_t changed_n;
	struct buf former;     /* links that there were with the snapshot before alone */
	struct intern nodes;   /* customers and addresses that were looked at */
	unsigned char *change; /* by node: somebody in its chain changed */
	size_t cap;
	bool is_sorted;
};

/* chains_former(c, kind, address, id): the customer had this address and has it no more; texts are
 * borrowed.  All of them before the first chains_is_changed. */
void chains_former(struct chains *c, enum holders_kind kind, struct str address, struct str id);

/* chains_is_changed(c, id, out, e): somebody in the customer's chain changed. */
int chains_is_changed(struct chains *c, struct str id, bool *out, struct err *e) ERR_MUST;

void chains_release(struct chains *c);

#endif /* DAILYSTORY_CHAINS_H */
