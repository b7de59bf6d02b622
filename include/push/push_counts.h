/* push_counts.h -- how often something occurs, by its name. */
#ifndef PUSH_PUSH_COUNTS_H
#define PUSH_PUSH_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/intern.h"
#include "base/str.h"

/* Zero-initialisable. */
struct push_counts {
	struct intern names;
	uint64_t *n; /* by number of the name */
	size_t cap;
};

/* push_counts_add(c, name): once more; returns how often now.  push_counts_of(c, name): how often.
 */
uint64_t push_counts_add(struct push_counts *c, struct str name);
uint64_t push_counts_of(const struct push_counts *c, struct str name);
void push_counts_release(struct push_counts *c);

#endif /* PUSH_PUSH_COUNTS_H */
