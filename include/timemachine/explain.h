/* explain.h -- why a customer has these values and is in these segments, as of one snapshot. */
#ifndef TIMEMACHINE_EXPLAIN_H
#define TIMEMACHINE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "timemachine/explain_profile.h"

/* One segment, seen from the customer. */
struct explain_segment {
	const struct segment *segment;
	bool is_member;
	bool was_member;          /* is one, or was one before */
	struct str reason;        /* its rule filled in with the customer's values */
	struct str since, until;  /* ids of snapshots; until empty: still a member */
	struct str entered, left; /* causes */
	int64_t changes;          /* when time alone ends or begins it; TIMESTAMP_NEVER */
};

struct explain {
	const char *account;
	size_t jobs;
	const char *only; /* the slug of the only segment to explain, or NULL: everything */
	/* set by explain() */
	struct explain_profile profile;
	struct explain_segment *segments;
	size_t segments_n;
	const struct source_page **pages; /* what was read, in order of first use */
	size_t pages_n;
	struct terms terms;
	struct past_records records;
	struct arena arena;
};

/*
 * explain(x, s, id, number, e):
 * The customer of that id as of the snapshot of that number.  Release ${x} in any case.
 * Errors: ERR_USAGE no such segment; ERR_FAILED: the customer was not known then, with what is
 *         known; ERR_DAMAGED a page that is needed.
 */
int explain(
    struct explain *x, struct state *s, struct str id, uint32_t number, struct err *e) ERR_MUST;
void explain_release(struct explain *x);

/* explain_page(x, page): its number among the pages, from 1 on. */
size_t explain_page(const struct explain *x, const struct source_page *page);

/* explain_order_why(a, o): why an order is left out, or counts only in part; "" if it counts. */
struct str explain_order_why(struct arena *a, const struct explain_order *o);

/* explain_left_out(a, s): why somebody is no contact, or is one without an address: a part of a
 * sentence; "" of a contact with all addresses there are. */
struct str explain_left_out(struct arena *a, const struct past_contact *s);

/* explain_dropped(x, field): why a value of the record could not be used; "". */
const char *explain_dropped(struct explain *x, size_t field);

#endif /* TIMEMACHINE_EXPLAIN_H */
