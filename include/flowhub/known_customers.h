/* known_customers.h -- who is known after the last snapshot applied: asked for by
 * functions, for the state is not flowhub's. */
#ifndef FLOWHUB_KNOWN_CUSTOMERS_H
#define FLOWHUB_KNOWN_CUSTOMERS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct known_customers {
	void *context;
	bool is_there; /* there is a state at all; without one nothing is called
	                */
	/* each known customer, then the end for ever: 1 and the id, 0, -1 */
	int (*next_customer)(void *context, struct str *id, struct err *e);
	/* each that only orders name: the same */
	int (*next_orphan)(void *context, struct str *id, struct err *e);
	/* 1 known, 0 not, -1 */
	int (*has_customer)(void *context, struct str id, struct err *e);
};

#endif /* FLOWHUB_KNOWN_CUSTOMERS_H */
