/* push_plan.h -- what is to be sent: wanted less acked, in the order that protects people.
 *
 * Nothing is called and nothing written.  Of the rows only the first are kept.
 */
#ifndef PUSH_PUSH_PLAN_H
#define PUSH_PUSH_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "lib/sha256.h"
#include "push/push_counts.h"
#include "push/push_items.h"
#include "push/refused.h"
#include "push/wanted.h"

struct push_plan {
	struct push_items items; /* the first of them */
	uint64_t n;              /* all of them */
	uint64_t of_kind[PUSH_ITEM_KINDS];
	uint64_t deleted;          /* rows that are a deletion */
	uint64_t emails, texts;    /* opt-outs by channel */
	uint64_t held;             /* texts that are owed one and have no way to be told */
	uint64_t opted_out;        /* not created: every channel is refused */
	uint64_t there;            /* contacts in DailyStory, as far as is known */
	uint64_t bound;            /* of these, by a dsid */
	uint64_t waiting, retried; /* dead letters */
	uint64_t erased;           /* people, to be deleted in DailyStory still */
	uint64_t erased_refused;   /* of these, it refused to */
	int64_t erased_at;         /* us: when the first of these is tried again; 0: now */
	uint64_t held_back;        /* rows that are left out, for they protect nobody */
	uint64_t *entered;         /* by segment: contacts to be added to the static one */
	uint64_t calls;
	int64_t oldest;            /* as of the snapshot with which a pending row was written; of
	                            * those that are left out, too */
	int64_t owed_since;        /* as of the snapshot since which the oldest opt-out is owed */
	struct push_counts gone;   /* by reason */
	struct push_counts fields; /* by name: changed contacts in which it is another */
	struct push_counts
	    first;             /* of these, what nobody was sent before: no change (push_first.h) */
	uint64_t first_gone;   /* of who is gone, the same */
	bool is_first;         /* the first push is not over (push_first.h) */
	struct intern letters; /* rows of VIEW_LETTERS that are still asked for */
	char hash[SHA256_HEX + 1];
	struct arena arena;
};

struct push_plan_options {
	struct str only;               /* this fh_id; empty: all */
	bool retries_letters;          /* of what was rejected, but for: */
	const struct refused *refused; /* in this push; or NULL */
	bool protects_only; /* opt-outs, and rows without which somebody could be written to */
	size_t most;        /* rows that are kept; 0: all */
	const struct push_item *after; /* opt-outs up to this one are not kept; or NULL */
	int64_t now;
};

/* push_plan_make(p, x, o, e): ${p} is zeroed. */
int push_plan_make(struct push_plan *p, const struct wanted_source *x,
    const struct push_plan_options *o, struct err *e) ERR_MUST;

void push_plan_release(struct push_plan *p);

#endif /* PUSH_PUSH_PLAN_H */
