/* push_taken.h -- of a row in a plan: whoever has an address that it brings. */
#ifndef PUSH_PUSH_TAKEN_H
#define PUSH_PUSH_TAKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "push/refused.h"
#include "push/wanted.h"

/* Which rows the plan has. */
struct push_taken_plan {
	bool is_part; /* of one customer, or of what protects */
	bool retries_letters;
	const struct refused *refused; /* in this push; or NULL */
	int64_t now;
};

struct push_taken {
	bool is_left;   /* their row is in the plan, and gives it up */
	unsigned finds; /* contacts that are found before (taken.h), and have no row in it */
};

/* push_taken_look(x, a, p, w, out, e): ${w}: the row. */
int push_taken_look(const struct wanted_source *x, struct arena *a, const struct push_taken_plan *p,
    const struct wanted *w, struct push_taken *out, struct err *e) ERR_MUST;

#endif /* PUSH_PUSH_TAKEN_H */
