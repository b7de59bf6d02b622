/* segment.h -- segments: read from a file, evaluated, said in English.
 *
 * Contract section 6, docs/readings.md "Segments".  A set of segments is read once and never
 * changes, so any number of threads may use it.  Evaluating allocates nothing.  Times are us.  When
 * time alone changes a membership is in due.h.
 */
#ifndef SEGMENT_SEGMENT_H
#define SEGMENT_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct arena;
struct profile;
struct rule; /* a node of a parsed rule; the room's own */

/* Segments in a file. */
#define SEGMENT_MAX 1024

struct segment {
	struct str name, slug;
	const struct rule *where;
	struct str source; /* the rule's own JSON in canonical form */
	/* The source and, in some unambiguous form, the effective text of every segment it refers
	 * to: equal text means equal meaning. */
	struct str effective;
};

/* The segments in the order of the file; slugs are unique. */
struct segment_set {
	struct segment *list;
	size_t n;
	struct str text;       /* the whole file as compact JSON */
	const uint32_t *order; /* indexes in list, each after those it refers to */
};

/* Reading. */

/*
 * segment_parse(a, file, text, out, e):
 * Read segments.json.  A slug is 1 to 64 of [a-z0-9-], because it becomes a file name; a name is
 * text, not blank.  Beside a slug x, neither x-entered nor x-left is allowed: these are files of x.
 * Owns:   everything is in ${a}; ${text} may go away.
 * Errors: ERR_SETTINGS with ${file}, line and column and what is wrong; the advice says what is
 *         allowed there.
 */
int segment_parse(struct arena *a, const char *file, struct str text, struct segment_set *out,
    struct err *e) ERR_MUST;

/* segment_builtin(): the four built-in segments, as the text of a segments.json. */
struct str segment_builtin(void);

/* Evaluating. */

/*
 * segment_eval(set, p, as_of, member):
 * Membership in every segment; ${member} has set->n places.  A birthdate after ${as_of} counts as
 * absent.
 */
void segment_eval(
    const struct segment_set *set, const struct profile *p, int64_t as_of, bool *member);

/* Explaining. */

/* segment_sentence(set, i, b): the rule in English, for example
 * "total orders is at least 1 and last order date is more than 60 days ago". */
void segment_sentence(const struct segment_set *set, size_t i, struct buf *b);

/* segment_reason(set, i, p, as_of, b): the sentence with the profile's values filled in, for
 * example "last order date is 2026-01-05, 62 days before (more than 60 days ago: holds)". */
void segment_reason(
    const struct segment_set *set, size_t i, const struct profile *p, int64_t as_of, struct buf *b);

#endif /* SEGMENT_SEGMENT_H */
