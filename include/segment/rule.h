/* rule.h -- segment rules: parse, check, evaluate, say in English, when time alone changes them.
 *
 * Contract section 6, docs/readings.md "Segments".  A rule set is read once and never changes;
 * evaluation allocates nothing.
 */
#ifndef SEGMENT_RULE_H
#define SEGMENT_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct arena;
struct doc;
struct profile;
struct rule; /* a node of a parsed rule */

/* One segment. */
struct segment {
	struct str name, slug;
	const struct rule *where;
	struct str source; /* the rule's own JSON in canonical form */
	struct str
	    effective; /* source with every {"segment":slug} followed by the effective text of that
	                * one in some unambiguous form: equal text means equal meaning */
};

/* In the order of the file; slugs unique. */
struct segment_set {
	struct segment *list;
	size_t n;
	struct str text; /* the whole file, compact JSON: [{"name":…,"slug":…,"where":…},…] */
	const uint32_t
	    *order; /* indexes in list, each after those it refers to: how it is evaluated */
};

#define SEGMENT_MAX 1024 /* rules in a file */

/*
 * segment_parse(a, file, text, out, e):
 * Read segments.json.  A slug is [a-z0-9-]+, at most 64 (it becomes a file name); a name is text,
 * not empty. Next to a slug x neither x-entered nor x-left is allowed: x has files of these names.
 * Owns:   everything is in ${a}; ${text} may go away.
 * Errors: ERR_SETTINGS with ${file}, line and column and what is wrong, what is allowed there in
 * the advice.
 */
int segment_parse(struct arena *a, const char *file, struct str text, struct segment_set *out,
    struct err *e) ERR_MUST;

/* segment_builtin(): the text of the four built-in segments, as a segments.json. */
struct str segment_builtin(void);

/* What a rule is evaluated against, besides the profile. */
struct segment_now {
	int64_t as_of; /* us */
};

/*
 * segment_eval(set, p, now, member):
 * Membership in every segment of the set; ${member} has set->n places. Each segment is evaluated
 * once. A birthdate after as of counts as absent.
 */
void segment_eval(
    const struct segment_set *set, const struct profile *p, struct segment_now now, bool *member);

/*
 * segment_due(set, p, now):
 * The earliest time after now at which, the profile staying as it is, membership in any segment may
 * be another: TIMESTAMP_NEVER if time alone changes nothing. Never later than a real change;
 * earlier is allowed but wasteful. Covers spans, ages, and a birthdate that ceases to lie in the
 * future. segment_due_one: the same for one segment, exact: the first as-of (us) at which its
 * membership differs from now's, looking at all places where a comparison flips, in order (for
 * explain).
 */
int64_t segment_due(const struct segment_set *set, const struct profile *p, struct segment_now now);
int64_t segment_due_one(
    const struct segment_set *set, size_t i, const struct profile *p, struct segment_now now);

/* segment_sentence(set, i, b): the rule in English, e.g.
 * "total orders is at least 1 and last order date is more than 60 days ago". */
void segment_sentence(const struct segment_set *set, size_t i, struct buf *b);

/* segment_reason(set, i, p, now, b): the same sentence filled in with this profile's values, for
 * explain: "last order date is 2026-01-05, 62 days before (more than 60 days ago: holds)". */
void segment_reason(const struct segment_set *set, size_t i, const struct profile *p,
    struct segment_now now, struct buf *b);

#endif /* SEGMENT_RULE_H */
