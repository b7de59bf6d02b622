/* span.h -- by what two points of time differ for one customer.
 *
 * Contract section 8, export --since; docs/readings.md, "export".  Whoever imports knows how things
 * stood with the earlier snapshot, so what counts is the net of the span: who went and came back is
 * a member as before.  Cause and time are those of the last time it happened.
 */
#ifndef DAILYSTORY_SPAN_H
#define DAILYSTORY_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "state/membership_history.h"
#include "state/past_contacts.h"

/* Everything about a customer, and the span: what happened with snapshots after number ${from}. */
struct span {
	uint32_t from;
	const struct past_contact *contacts; /* in the order in which they ended; the last one is
	                                      * the present, until 0 */
	size_t contacts_n;
	const struct past_membership *memberships; /* until 0: a member now */
	size_t memberships_n;
};

/* span_then(x): how they stood as a contact with the first snapshot of the span; span_now: as they
 * stand. */
const struct past_contact *span_then(const struct span *x);
const struct past_contact *span_now(const struct span *x);

/* span_is_moved(x): a contact then and now, under another address. */
bool span_is_moved(const struct span *x);

/* span_is_skipped(x): left out now, or one address is, and that or its reason began in the span. */
bool span_is_skipped(const struct span *x);

/* A line of a segment's list; at 0: none. */
struct span_passage {
	uint32_t at;    /* number of the snapshot it happened with last */
	bool is_moved;  /* the cause is that the address is another */
	uint32_t cause; /* else: enum cause of segment/ */
};

/* span_entered(x, slug), span_left(x, slug): the line in -entered and in -left; ${slug} is a word.
 */
struct span_passage span_entered(const struct span *x, uint32_t slug);
struct span_passage span_left(const struct span *x, uint32_t slug);

#endif /* DAILYSTORY_SPAN_H */
