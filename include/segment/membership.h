/* membership.h -- who entered and who left which segment with a snapshot, and why.
 *
 * Contract section 6.  The rules of this snapshot are held against the memberships stored after
 * the one before; running counts of each segment are stored beside them.
 */
#ifndef SEGMENT_MEMBERSHIP_H
#define SEGMENT_MEMBERSHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "state/rows.h"
#include "state/state.h"
#include "segment/segment.h"

struct arena;

/* Stored by number in a membership: the order never changes. */
#define CAUSES(X)                                                                                  \
	X(CAUSE_BASELINE, "baseline")                                                              \
	X(CAUSE_DATA, "data")                                                                      \
	X(CAUSE_CLOCK, "clock")                                                                    \
	X(CAUSE_DEFINITION, "definition")                                                          \
	X(CAUSE_REMOVED, "removed")                                                                \
	X(CAUSE_MOVED, "moved") /* only in lists: a member under another address; never stored */

enum cause {
#define X(cause, name) cause,
	CAUSES(X)
#undef X
	CAUSE_COUNT
};
const char *membership_cause_name(enum cause c);

/* What is counted of one segment. */
struct membership_count {
	struct str slug;
	uint32_t number;   /* of the slug, in the state's dictionary */
	bool is_current;   /* there is a rule for it */
	bool is_redefined; /* it means something else than with the snapshot before */
	size_t rule;       /* its position in the set, if current */
	uint64_t members, contacts;
	uint64_t entered, left; /* with this snapshot */
};

/* The segments of this snapshot and those of the one before, sorted by slug. */
struct membership_counts {
	struct membership_count *list;
	size_t n;
	bool any_redefined; /* or added, or taken out: everybody is evaluated */
};

/*
 * membership_counts_load(a, s, set, before, out, e):
 * The stored counts joined with this snapshot's rules; new slugs get their numbers.  ${before} are
 * the rules that were stored with the counts, or an empty set.
 */
int membership_counts_load(struct arena *a, struct state *s, const struct segment_set *set,
    const struct segment_set *before, struct membership_counts *out, struct err *e) ERR_MUST;

/* membership_counts_read(a, s, out, e): the stored counts without rules. */
int membership_counts_read(
    struct arena *a, struct state *s, struct membership_counts *out, struct err *e) ERR_MUST;

/* membership_counts_match(t, set, e): give stored counts the rules that were stored with them. */
int membership_counts_match(
    struct membership_counts *t, const struct segment_set *set, struct err *e) ERR_MUST;

/* membership_counts_add(a, s, t, slugs, n, e): those of these segments, given as words, join that
 * are not there: they have no rule any more. */
int membership_counts_add(struct arena *a, struct state *s, struct membership_counts *t,
    const uint32_t *slugs, size_t n, struct err *e) ERR_MUST;

/* membership_counts_of_rule(t, rule): by position in the set of rules; it must be there. */
const struct membership_count *membership_counts_of_rule(
    const struct membership_counts *t, size_t rule);

/* membership_counts_store(s, t, e): the current ones. */
int membership_counts_store(
    struct state *s, const struct membership_counts *t, struct err *e) ERR_MUST;

/* One customer and a segment they are or were in. */
struct membership_change {
	struct membership_count *count;
	enum cause cause;
	bool was, is;             /* a member before, a member now; at least one of them */
	struct membership before; /* if was */
};

/* Sorted by slug. */
struct membership_changes {
	struct membership_change *list;
	size_t n;
};

/*
 * membership_compare(a, t, before, member, cause, snapshot, out, now, e):
 * ${before} are the packed memberships stored (struct contact_status); ${member} says by position
 * in the set of rules what holds now, NULL: nothing.  ${cause} is what happened to the customer;
 * where that is CAUSE_CLOCK, a redefined segment has CAUSE_DEFINITION.  The packed memberships to
 * store are appended to ${now}.
 */
int membership_compare(struct arena *a, const struct membership_counts *t, struct str before,
    const bool *member, enum cause cause, uint32_t snapshot, struct membership_changes *out,
    struct buf *now, struct err *e) ERR_MUST;

#endif /* SEGMENT_MEMBERSHIP_H */
