/* membership.h -- who entered and left which segment with a snapshot, and why.
 *
 * Contract section 6.  The rules of now against the memberships stored after the snapshot before.
 */
#ifndef SEGMENT_MEMBERSHIP_H
#define SEGMENT_MEMBERSHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "state/rows.h"
#include "state/state.h"
#include "segment/rule.h"

struct arena;

/* Stored by number in a membership: the order never changes. */
#define CAUSES(X)                                                                                  \
	X(CAUSE_BASELINE, "baseline")                                                              \
	X(CAUSE_DATA, "data")                                                                      \
	X(CAUSE_CLOCK, "clock") X(CAUSE_DEFINITION, "definition") X(CAUSE_REMOVED, "removed")

enum cause {
#define X(cause, name) cause,
	CAUSES(X)
#undef X
	CAUSE_COUNT
};
const char *cause_name(enum cause c);

/* What is counted of one segment; kept in the state. */
struct tally {
	struct str slug;
	uint32_t number;   /* of the slug among names */
	bool is_current;   /* among the rules of now */
	bool is_redefined; /* its meaning is not the one of the snapshot before */
	size_t rule;       /* its position in the set, if current */
	uint64_t members, contacts;
	uint64_t entered, left; /* with this snapshot */
};

/* All segments of now and those of the snapshot before, sorted by slug. */
struct tallies {
	struct tally *list;
	size_t n;
	bool any_redefined; /* added, changed or taken out: everybody is evaluated */
};

/*
 * tallies_load(a, s, set, out, e):
 * The stored tallies joined with the rules of now; slugs get their numbers.  ${before} is the
 * set of rules stored with them, or an empty one.
 */
int tallies_load(struct arena *a, struct state *s, const struct segment_set *set,
    const struct segment_set *before, struct tallies *out, struct err *e) ERR_MUST;

/* tallies_read(a, s, out, e): the stored ones as they are, without rules. */
int tallies_read(struct arena *a, struct state *s, struct tallies *out, struct err *e) ERR_MUST;

/* tallies_match(t, set, e): give stored ones their rules, which must be those stored with them. */
int tallies_match(struct tallies *t, const struct segment_set *set, struct err *e) ERR_MUST;

/* tallies_of_rule(t, rule): that of a position in the set of rules; it must be there. */
const struct tally *tallies_of_rule(const struct tallies *t, size_t rule);

/* tallies_store(s, t, e): the current ones. */
int tallies_store(struct state *s, const struct tallies *t, struct err *e) ERR_MUST;

/* One customer who entered or left one segment. */
struct transition {
	struct tally *tally;
	enum cause cause;
	bool was, is;             /* member before, member now; was != is or both */
	struct membership before; /* if was */
};

/* What decides the cause besides the rule. */
struct circumstances {
	bool is_first;     /* the first snapshot */
	bool is_gone;      /* the customer was removed */
	bool is_touched;   /* their records changed */
	bool is_recounted; /* a setting that counts in profiles changed */
};

/*
 * transition_list(a, t, before, member, c, list, n, now):
 * ${before}: packed memberships (struct contact_status), ${member}: by position in the set (NULL:
 * in none). Out: every segment the customer is or was in, sorted by slug; ${now}: the packed
 * memberships to store (appended).
 */
int transition_list(struct arena *a, const struct tallies *t, struct str before, const bool *member,
    struct circumstances c, uint32_t snapshot, struct transition **list, size_t *n, struct buf *now,
    struct err *e) ERR_MUST;

#endif /* SEGMENT_MEMBERSHIP_H */
