/* slice.h -- as much of a plan as is sent before the state is looked at anew. */
#ifndef PUSH_SLICE_H
#define PUSH_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/host.h"
#include "push/push_plan.h"
#include "push/refused.h"
#include "push/send_call.h"

struct slice {
	const struct push_plan *plan; /* another one for each slice */
	const struct host *host;
	uint64_t limit; /* items with an answer, of all slices; 0: all */
	struct send send;
	uint64_t done;    /* items with an answer, of all slices */
	uint64_t known;   /* refusals, of all slices, of what was refused before */
	uint64_t pending; /* items of the plan that are not done */
	uint64_t limited; /* of these, because of the limit */
	uint64_t unknown; /* rows without an answer, one after the other */
	bool is_over;     /* the budget of rejections is spent */
	struct push_item
	    after; /* has_after: the last opt-out that was given up without an answer */
	bool has_after, has_moved; /* has_moved: it is another one */
	bool is_sliced;            /* there is more, but first the state is to be looked at anew */
	struct push_item *taken;   /* of all slices: their address another contact had */
	size_t taken_n, cap;
	struct arena texts; /* of these */
	struct err *e;
};

/* slice_send(g): opt-outs that have no answer come first again, so the next plan goes on after
 * ${after}, until ten minutes have passed.  Returns: 0, -1.  Errors:
 * those of send_item; ERR_BUSY DailyStory did not answer, or asked to wait. */
int slice_send(struct slice *g) ERR_MUST;

/* slice_is_spent(acked, rejected): so many of the answers are rejections that something is wrong
 * with all of them. */
bool slice_is_spent(uint64_t acked, uint64_t rejected);
void slice_release(struct slice *g);

#endif /* PUSH_SLICE_H */
