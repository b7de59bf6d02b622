#include "push/log_line.h"

#include <stdio.h>

#include "push/tally.h"

/* By name, so that equal books give equal lines. */
static void
fill_letters(struct push *p, struct run_log_push *out)
{
	struct push_counts counts = { 0 };
	struct err ignored = ERR_INIT;
	uint32_t n = 0, *sorted = NULL;

	if (tally_letters(&p->books, &counts, &ignored) == 0)
		sorted = intern_sorted(&counts.names, &n);
	for (uint32_t i = 0; i < n && out->letters_n < RUN_LOG_PUSH_REASONS; i++) {
		struct run_log_reason *x = &out->letters[out->letters_n++];

		snprintf(x->name, sizeof(x->name), "%.*s", STR_ARG(counts.names.texts[sorted[i]]));
		x->n = counts.n[sorted[i]];
	}
	mem_free(sorted);
	intern_release(&counts.names);
	mem_free(counts.n);
}

void
log_line_fill(struct push *p, const struct push_options *o, const struct push_result *r,
    struct run_log_push *out)
{
	struct err ignored = ERR_INIT;

	*out = (struct run_log_push){
		.is_partial = o->plan.only.n > 0,
		.is_early = r->snapshot.n > 0 && str_eq(r->too_young, r->snapshot),
		.is_young = r->too_young.n > 0 && !str_eq(r->too_young, r->snapshot),
		.is_spent = r->is_over_budget,
		.is_outrun = r->is_outrun,
		.duration = (uint64_t)(r->us / 1000),
		.calls = r->calls,
		.retries = r->retries,
		.acked = r->acked,
		.rejected = r->rejected,
		.pending = r->pending,
		.limited = r->limited,
		.held = r->held,
		.oldest = r->oldest,
	};
	snprintf(out->snapshot, sizeof(out->snapshot), "%.*s", STR_ARG(r->snapshot));
	if (tally_contacts(&p->books, &out->contacts, &ignored) < 0)
		out->contacts = 0;
	fill_letters(p, out);
}
