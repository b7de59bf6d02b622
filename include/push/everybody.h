/* everybody.h -- the customers, and those in the books who are none any more; by id. */
#ifndef PUSH_EVERYBODY_H
#define PUSH_EVERYBODY_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "push/wanted_source.h"

struct everybody {
	struct kv_cursor *customers;
	struct view_cursor acked;
	struct str customer, contact;  /* that come next */
	int has_customer, has_contact; /* 0: there is none; -1 */
	bool is_customer, is_contact;  /* who came last */
};

struct everybody everybody_all(const struct wanted_source *x, struct err *e);

/* everybody_next(x, fh_id, e): borrowed until the next one.  Returns: 1; 0 that was the last; -1.
 */
int everybody_next(struct everybody *x, struct str *fh_id, struct err *e) ERR_MUST;
void everybody_end(struct everybody *x);

#endif /* PUSH_EVERYBODY_H */
