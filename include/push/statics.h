/* statics.h -- static segments in DailyStory: whoever becomes a member is added, nobody taken out.
 *
 * No call is known that takes somebody out, so the name ends in "entered", and the truth is in the
 * flags.  What is kept of a segment is its id, and who was added.
 */
#ifndef PUSH_STATICS_H
#define PUSH_STATICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "push/wanted.h"

#define STATICS_MOST 500 /* contacts in one call */

/* statics_lacks(x, slug, fh_id, out, e): the contact was not added to it yet. */
int statics_lacks(const struct wanted_source *x, struct str slug, struct str fh_id, bool *out,
    struct err *e) ERR_MUST;

/* statics_id(x, a, slug, id, e): 1 and its id in DailyStory, in ${a}; 0 it was not made yet. */
int statics_id(const struct wanted_source *x, struct arena *a, struct str slug, struct str *id,
    struct err *e) ERR_MUST;

/* A member that is to be added. */
struct statics_member {
	struct str fh_id, dsid;
};

/* Whose turn it is. */
struct statics_range {
	struct str after; /* that fh_id; empty: from the first on */
	struct str only;  /* that one; empty: all */
};

/* statics_members(x, a, slug, range, list, n, e): the next STATICS_MOST contacts that are members,
 * have a dsid, and were not added; sorted by fh_id, in ${a}. */
int statics_members(const struct wanted_source *x, struct arena *a, struct str slug,
    const struct statics_range *range, struct statics_member **list, size_t *n,
    struct err *e) ERR_MUST;

/* statics_has(x, memberships, slug, out, e): ${memberships} of a contact status has it. */
int statics_has(const struct wanted_source *x, struct str memberships, struct str slug, bool *out,
    struct err *e) ERR_MUST;

#endif /* PUSH_STATICS_H */
