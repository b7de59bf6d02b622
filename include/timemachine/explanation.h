/* explanation.h -- what explain found out, and the two ways to print it.
 */
#ifndef TIMEMACHINE_EXPLANATION_H
#define TIMEMACHINE_EXPLANATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "timemachine/explain_profile.h"

/* One segment, seen from the customer. */
struct explained {
	const struct segment *segment;
	bool is_member;
	struct str reason;        /* its rule filled in with the customer's values */
	bool has_stay;            /* they are or were a member */
	struct str since, until;  /* ids of snapshots; until empty: still */
	struct str entered, left; /* causes */
	int64_t changes;          /* when time alone ends or begins it; TIMESTAMP_NEVER */
};

/* Borrows the profile and what it borrows. */
struct explanation {
	const struct explain_profile *profile_at;
	struct explained *segments;
	size_t segments_n;
	bool is_one_segment; /* only that was asked for */
	const struct source_page *
	    *pages; /* each that something was read from, in order of first use */
	size_t pages_n;
};

/* explanation_page(x, page): its number among the pages, from 1 on. */
size_t explanation_page(const struct explanation *x, const struct source_page *page);

/* explanation_why(a, o): why an order is left out, or counts in part; "" if it counts. */
struct str explanation_why(struct arena *a, const struct explain_order *o);

/* explanation_dropped(a, p, field): why what came for a field of the record was dropped, as the
 * export counts it; "". */
const char *explanation_dropped(struct arena *a, const struct explain_profile *p, size_t field);

/* Words and times as both ways of printing have them. */
struct str explanation_time(struct arena *a, int64_t us);
struct str explanation_total(struct arena *a, const struct order *o);
const char *explanation_basis(enum basis basis);

void explanation_text(struct arena *a, const struct explanation *x);
void explanation_json(struct arena *a, const struct explanation *x);

#endif /* TIMEMACHINE_EXPLANATION_H */
