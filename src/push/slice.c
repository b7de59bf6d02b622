#include "push/slice.h"

#include "base/interrupt.h"
#include "base/timestamp.h"
#include "push/send.h"
#include "push/send_segment.h"

#define BUDGET_LEAST 40  /* answers, of which */
#define BUDGET_PERCENT 5 /* may be rejections */
/* After so long the state is looked at anew: a first push takes hours, and who refuses meanwhile
 * must not wait for its end. */
#define SLICE_US (10 * 60 * TIMESTAMP_SECOND)

static int
stop_busy(struct slice *g)
{
	(void)caller_fail_silent(g->send.caller, g->send.asks_to_wait, g->e);
	return err_advise(
	    g->e, "What was acknowledged is kept. The next push continues from there.");
}

static struct str
most_frequent(const struct push_counts *c)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < c->names.n; i++)
		if (best == 0 || c->n[i] > c->n[best])
			best = i;
	return best == 0 ? STR("") : c->names.texts[best];
}

bool
slice_is_spent(uint64_t acked, uint64_t rejected)
{
	uint64_t answers = acked + rejected;

	return answers >= BUDGET_LEAST && rejected * 100 > answers * BUDGET_PERCENT;
}

static bool
is_over_budget(struct slice *g)
{
	uint64_t refusals = g->send.refusals - g->known;

	if (!slice_is_spent(g->send.acked, refusals))
		return false;
	host_note(g->host, NOTE_WARNING,
	    "%ju of %ju answers are rejections, so the push stops; the most frequent one: %.*s",
	    (uintmax_t)refusals, (uintmax_t)(g->send.acked + refusals),
	    STR_ARG(most_frequent(&g->send.messages)));
	return true;
}

/* Whoever refuses is told first, and what protects is done, however many of these are rejected. */
static bool
is_to_judge(const struct slice *g, size_t i, int rc)
{
	const struct push_items *x = &g->plan->items;

	if (!push_items_is_first(&x->list[i]))
		return rc == SEND_REJECTED;
	return i + 1 < x->n ? !push_items_is_first(&x->list[i + 1]) : !x->is_cut;
}

/* Nobody answers: the rest would be as many waits. */
static bool
is_unanswered(struct slice *g, int rc)
{
	if (rc == SEND_UNKNOWN && g->send.is_skipped)
		return false;
	g->unknown = rc == SEND_UNKNOWN ? g->unknown + 1 : 0;
	return g->unknown >= CALLER_SILENCES_MOST || (rc == SEND_UNKNOWN && g->send.asks_to_wait);
}

/* Returns: 1 go on, 0 stop here, -1. */
static int
send_one(struct slice *g, size_t i)
{
	const struct push_item *item = &g->plan->items.list[i];
	uint64_t refusals = g->send.refusals;
	int rc =
	    item->kind == PUSH_SEGMENT ? send_segment(&g->send, item) : send_item(&g->send, item);

	if (rc < 0)
		return -1;
	g->done += rc != SEND_UNKNOWN;
	g->known += item->was_refused ? g->send.refusals - refusals : 0;
	if (rc == SEND_REJECTED && g->send.is_taken) {
		g->taken = mem_grow(g->taken, g->taken_n, &g->cap, sizeof(*g->taken));
		push_items_copy(&g->texts, item, &g->taken[g->taken_n++]);
	}
	if (rc == SEND_REJECTED && item->kind == PUSH_SEGMENT)
		refused_add(&g->send.refused, 's', item->address);
	else if (rc == SEND_REJECTED && item->kind != PUSH_OPT_OUT)
		refused_add(&g->send.refused, 'c', item->fh_id);
	if (is_unanswered(g, rc))
		return stop_busy(g);
	/* At a stop it is counted with those after it; of a row the breaker stopped, too. */
	g->pending += rc == SEND_UNKNOWN || g->send.is_put_off;
	return is_to_judge(g, i, rc) && is_over_budget(g) ? 0 : 1;
}

/* Whoever had the address may have been sent another one meanwhile: as long as that helps somebody,
 * those who were refused are tried again, from this one on. */
static int
send_taken(struct slice *g, size_t from)
{
	size_t before, kept;

	do {
		before = g->taken_n;
		kept = from;
		for (size_t i = from; i < before; i++) {
			int rc = interrupt_check(g->e);

			if (rc == 0)
				rc = send_item(&g->send, &g->taken[i]);
			if (rc < 0)
				return -1;
			if (rc == SEND_REJECTED)
				g->taken[kept++] = g->taken[i];
			g->pending += rc == SEND_UNKNOWN;
			if (is_unanswered(g, rc))
				return stop_busy(g);
		}
		g->taken_n = kept;
	} while (kept > from && kept < before);
	return 0;
}

/* Of the first ${n} items. */
static void
note_given_up(struct slice *g, size_t n, bool is_late)
{
	const struct push_item *list = g->plan->items.list;

	g->has_after = g->has_after && !is_late;
	g->has_moved = false;
	while (n > 0 && list[n - 1].kind != PUSH_OPT_OUT)
		n--;
	if (is_late || !g->send.is_deaf || n == 0)
		return;
	push_items_copy(&g->texts, &list[n - 1], &g->after);
	g->has_after = g->has_moved = true;
}

/* What has no answer does not count: it comes first in every push, and the rest would never go. */
static bool
is_at_limit(const struct slice *g)
{
	return g->limit > 0 && g->done >= g->limit;
}

int
slice_send(struct slice *g)
{
	const struct push_plan *plan = g->plan;
	const struct host *h = g->host;
	uint64_t left = g->limit > 0 ? g->limit - g->done : plan->n;
	struct progress_report progress = { .steps = left < plan->n ? left : plan->n };
	size_t here = plan->items.n, i = 0;
	int64_t begun = h->ticks(h->context);
	bool is_late = false;
	size_t from = g->taken_n;
	int rc = 1;

	g->pending = 0;
	g->is_sliced = false;
	if (!g->has_after) {
		g->send.is_deaf = false;
		g->send.silences = 0;
	}
	for (; rc > 0 && i < here && !g->is_sliced && !is_at_limit(g); i++) {
		progress.step = i;
		progress.records = g->send.acked;
		h->progress(h->context, &progress);
		rc = interrupt_check(g->e) < 0 ? -1 : send_one(g, i);
		is_late = h->ticks(h->context) - begun >= SLICE_US;
		g->is_sliced = i + 1 < plan->n && !is_at_limit(g) && (i + 1 == here || is_late);
	}
	note_given_up(g, i, is_late);
	g->is_over = rc == 0;
	g->limited = is_at_limit(g) ? plan->n - i : 0;
	g->pending += plan->n - i + (rc < 0);
	if (rc > 0)
		rc = send_taken(g, from);
	/* At the end those of all slices. */
	return rc == 0 && !g->is_over && !g->is_sliced && from > 0 ? send_taken(g, 0) : rc;
}

void
slice_release(struct slice *g)
{
	send_call_release(&g->send);
	mem_free(g->taken);
	arena_release(&g->texts);
}
