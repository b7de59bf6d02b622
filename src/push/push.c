#include "push/push.h"

#include "account/settings_load.h"
#include "account/terms_history.h"
#include "base/interrupt.h"
#include "base/timestamp.h"
#include "push/push_connect.h"
#include "push/push_first.h"
#include "push/push_judge.h"
#include "push/push_moot.h"
#include "push/push_waits.h"
#include "push/slice.h"
#include "push/tally.h"

#define LOOKS_MOST 3 /* after the plan of a push, at what is due because of it */

/* ---- Opening */

static int
open_state(struct push *p, struct err *e)
{
	int rc = state_open(&p->s, p->account, false, e);

	if (rc < 0)
		return -1;
	if (rc > 0 && p->s.totals.applied > 0)
		return 0;
	err_set(e, ERR_FAILED, "no snapshot has been applied yet");
	return err_advise(e, "Run 'flowstory process' first.");
}

/* Rows are as the last export wrote them: with the separator of then. */
static int
load_terms(struct push *p, struct err *e)
{
	struct applied last;
	int rc = state_applied_must(&p->s, (uint32_t)p->s.totals.applied, &last, e);

	if (rc == 0)
		rc = terms_history_load(&p->last, p->account, last.id, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return terms_present_unlisted(&p->last, p->account, e);
}

static int
load_source(struct push *p, struct err *e)
{
	const struct page_filter *erased = p->source.erased;
	int rc = wanted_source_load(&p->a, &p->source, &p->s, &p->books, &p->present.push,
	    p->last.settings.export.list_separator, e);

	p->source.erased = erased;
	return rc;
}

static int
begin(struct push *p, const char *account, const struct host *host, struct err *e)
{
	*p = (struct push){ .account = account,
		.host = host,
		.books = { .lock = LOCK_INIT, .journal = JOURNAL_INIT } };
	return settings_load_file(&p->present, account, e) < 0 || open_state(p, e) < 0 ||
	               load_terms(p, e) < 0
	           ? -1
	           : 0;
}

int
push_open(
    struct push *p, const char *account, bool writable, const struct host *host, struct err *e)
{
	if (begin(p, account, host, e) < 0 || books_open(&p->books, account, writable, host, e) < 0)
		return -1;
	return load_source(p, e);
}

int
push_open_damaged(struct push *p, const char *account, const struct host *host,
    struct salvage *salvage, struct err *e)
{
	*salvage = (struct salvage){ 0 };
	if (begin(p, account, host, e) < 0 ||
	    salvage_open(salvage, &p->books, account, host, e) < 0)
		return -1;
	return load_source(p, e);
}

int
push_look(struct push *p, const struct push_plan_options *o, struct err *e)
{
	push_plan_release(&p->plan);
	return push_plan_make(&p->plan, &p->source, o, e);
}

void
push_close(struct push *p)
{
	push_plan_release(&p->plan);
	books_close(&p->books);
	state_close(&p->s);
	terms_release(&p->last);
	settings_release(&p->present);
	arena_release(&p->a);
}

/* ---- Sending */

/* Time for somebody to look at what a snapshot changed. */
static bool
is_too_young(const struct push *p)
{
	int64_t age = p->host->now(p->host->context) - p->source.last.as_of;

	return p->present.push.hold > 0 &&
	       age < (int64_t)p->present.push.hold * 60 * TIMESTAMP_SECOND;
}

/* Of this snapshot only what protects somebody is sent. */
static bool
is_held(const struct push *p, const struct push_result *r)
{
	return r->is_stopped || (r->too_young.n > 0 && str_eq(r->too_young, p->source.last.id));
}

/* What was acked is kept, whatever ended the push. */
static int
keep(struct push *p, int rc, struct err *e)
{
	struct err why = ERR_INIT;

	if (books_keep(&p->books, &why) == 0)
		return rc;
	*e = why;
	return -1;
}

/* The state as it is now. */
static int
open_anew(struct push *p, struct err *e)
{
	state_close(&p->s);
	terms_release(&p->last);
	if (open_state(p, e) < 0 || load_terms(p, e) < 0)
		return -1;
	return load_source(p, e);
}

/* A snapshot that was not there when the push began: it was not looked at by whoever expected the
 * plan, and it may not have had its time. */
static int
judge_newer(struct push *p, const struct push_options *o, struct push_result *r, struct err *e)
{
	struct str id = str_copy(&p->a, p->source.last.id);

	if (o->expect != NULL) {
		r->is_outrun = true;
		err_set(e, ERR_BUSY,
		    "snapshot %.*s came meanwhile, so the plan has changed; the rest was not "
		    "sent",
		    STR_ARG(id));
		return err_advise(e, "What was acknowledged is kept. Look at 'flowstory push "
		                     "--plan' again.");
	}
	if (is_too_young(p)) {
		r->too_young = id;
		return 0;
	}
	r->snapshot = id;
	r->too_young = STR("");
	return 0;
}

/* As long as the plan is not sent. */
static void
count_pending(const struct push *p, struct push_result *r)
{
	r->held = p->plan.held;
	r->limited = r->is_stopped ? 0 : p->plan.held_back;
	r->pending = p->plan.n + p->plan.held_back;
}

/* What is to be sent by the state as it is now.  What was accepted was the plan of another
 * snapshot. */
static int
plan_anew(struct push *p, const struct slice *g, const struct push_options *o,
    struct push_result *r, struct err *e)
{
	struct push_plan_options again = o->plan;
	bool is_newer;
	int rc = open_anew(p, e);

	if (rc < 0)
		return -1;
	is_newer = !str_eq(p->source.last.id, r->snapshot);
	if (is_newer && judge_newer(p, o, r, e) < 0)
		return -1;
	again.refused = &g->send.refused;
	again.after = g->has_after ? &g->after : NULL;
	again.most = PUSH_ITEMS_MOST;
	again.protects_only = is_held(p, r);
	if (push_look(p, &again, e) < 0)
		return -1;
	count_pending(p, r);
	if (!is_newer || push_judge(&p->plan, p->present.push.percent, e) == 0)
		return 0;
	push_judge_stop(e, false, 0, r->pending);
	return err_wrap(e, "snapshot %.*s, which came meanwhile", STR_ARG(p->source.last.id));
}

/* How much of it is settled, one way or the other. */
static uint64_t
answers(const struct slice *g)
{
	return g->send.noted + g->send.rejected;
}

static int
send_plan(struct push *p, struct slice *g, const struct push_options *o, struct push_result *r)
{
	uint64_t before;
	int rc;

	do {
		before = answers(g);
		g->send.is_held = is_held(p, r);
		g->send.is_stopped = r->is_stopped;
		rc = keep(p, slice_send(g), g->e);
		r->pending = g->pending + p->plan.held_back;
		r->limited = g->limited + (r->is_stopped ? 0 : p->plan.held_back);
		if (rc < 0 || !g->is_sliced || g->is_over)
			return rc;
		/* Planned anew, they would be the same rows. */
		if (before == answers(g) && !g->has_moved)
			return 0;
	} while (plan_anew(p, g, o, r, g->e) == 0);
	return -1;
}

/* What is due now and was not before; of the same snapshot.  Each of it is in the plan, so nobody
 * is tried again besides. */
static int
look_again(struct push *p, struct slice *g, const struct push_options *o, struct push_result *r)
{
	struct push_plan_options again = o->plan;

	again.refused = &g->send.refused;
	again.most = PUSH_ITEMS_MOST;
	again.protects_only = is_held(p, r);
	g->taken_n = 0;
	if (push_look(p, &again, g->e) < 0)
		return -1;
	count_pending(p, r);
	return 0;
}

/* Nobody looked at it who expected a plan, or accepted a mass change. */
static bool
is_left(const struct push *p, const struct push_options *o)
{
	struct err ignored = ERR_INIT;

	return o->expect != NULL || push_judge(&p->plan, p->present.push.percent, &ignored) < 0;
}

/* What DailyStory took may make more due: a row finds somebody else, whose opt-out is to be told,
 * or frees an address, as the deletion of a stray does.  So may what it refused: of an opt-out,
 * that another contact, which perhaps has the address, is to be inactive. */
static int
send_all(struct push *p, struct slice *g, const struct push_options *o, struct push_result *r)
{
	uint64_t before;

	for (unsigned n = 0;; n++) {
		before = answers(g);
		if (send_plan(p, g, o, r) < 0)
			return -1;
		if (g->is_over || g->pending > 0 || before == answers(g))
			return 0;
		if (look_again(p, g, o, r) < 0)
			return -1;
		if (p->plan.n == 0)
			return 0;
		if (n == LOOKS_MOST || is_left(p, o)) {
			r->limited += p->plan.n;
			return 0;
		}
	}
}

static int
connect_and_send(struct push *p, const struct push_options *o, struct push_result *r, struct err *e)
{
	struct err ignored = ERR_INIT;
	struct caller caller = { 0 };
	struct buf token = { 0 };
	struct slice g = { .plan = &p->plan,
		.host = p->host,
		.limit = o->limit,
		.send = { .x = &p->source,
		    .caller = &caller,
		    .retries = o->plan.retries_letters,
		    .e = e },
		.e = e };
	int rc = push_connect(&p->a, p->account, &p->present.push, &caller, &token, p->host, e);

	if (rc == 0)
		rc = send_all(p, &g, o, r);
	r->calls = caller.x.calls;
	r->retries = caller.retries;
	r->silence = str_copy(&p->a, str_c(caller.silence.msg));
	r->acked = g.send.acked;
	if (tally_refused(&p->books, &g.send.letters, &r->rejected, rc < 0 ? &ignored : e) < 0)
		rc = -1;
	r->is_over_budget = g.is_over;
	slice_release(&g);
	caller_close(&caller);
	push_connect_end(&token);
	return rc;
}

int
push_require_customer(struct push *p, struct str fh_id, struct err *e)
{
	struct acked ignored;
	struct str row;
	int rc = fh_id.n == 0 ? 1 : kv_get(p->s.txn, TABLE_CONTACT_STATUS, fh_id, &row, e);

	if (rc == 0)
		rc = books_contact(&p->books, &p->a, fh_id, &ignored, e);
	if (rc == 0)
		return err_set(e, ERR_USAGE, "--only: there is no customer '%.*s'", STR_ARG(fh_id));
	return rc < 0 ? -1 : 0;
}

/* What is expected is the whole plan. */
static int
plan_first(struct push *p, const struct push_options *o, struct push_result *r, struct err *e)
{
	struct push_plan_options first = o->plan;

	first.most = PUSH_ITEMS_MOST;
	if (is_too_young(p))
		r->too_young = r->snapshot;
	first.protects_only = is_held(p, r) && o->expect == NULL;
	if (push_look(p, &first, e) < 0 || push_judge_expected(&p->plan, o->expect, e) < 0)
		return -1;
	first.protects_only = is_held(p, r);
	if (first.protects_only && o->expect != NULL && push_look(p, &first, e) < 0)
		return -1;
	count_pending(p, r);
	return 0;
}

static int
fail_ahead(const struct push *p, struct err *e)
{
	err_set(e, ERR_BUSY, "snapshot %.*s is of a time that is still to come",
	    STR_ARG(p->source.last.id));
	return err_advise(e, "Only opt-outs, and what else protects somebody, were sent: see "
	                     "'push_hold'. Check this machine's clock.");
}

/* Where snapshots come more often than 'push_hold' lets one pass, nothing would ever be sent. */
static int
check_hold(struct push *p, struct err *e)
{
	int64_t now = p->host->now(p->host->context), since;
	int64_t most = (int64_t)p->present.push.hold * 60 * TIMESTAMP_SECOND + TIMESTAMP_DAY;

	if (p->plan.held_back == 0)
		return 0;
	if (p->source.last.as_of - now > TIMESTAMP_DAY)
		return fail_ahead(p, e);
	since = push_waits_since(p->account, &p->s, &p->plan);
	if (since == 0 || since >= now - most)
		return 0;
	err_set(e, ERR_BUSY, "'push_hold' has held %ju row%s back for more than a day",
	    (uintmax_t)p->plan.held_back, p->plan.held_back == 1 ? "" : "s");
	return err_advise(e, "Only opt-outs, and what else protects somebody, were sent. Push when "
	                     "the last snapshot is older than 'push_hold', or lower it: it must be "
	                     "less than the time between two snapshots.");
}

/* The breaker stopped it for a field: whoever refuses does not wait for somebody who looks. */
static int
send_safe(struct push *p, const struct push_options *o, struct push_result *r, struct err *e)
{
	struct push_plan_options few = o->plan;
	struct err why = ERR_INIT;

	few.most = PUSH_ITEMS_MOST;
	few.protects_only = r->is_stopped = true;
	if (!push_judge_is_by_fields(&p->plan, p->present.push.percent))
		return push_judge_stop(e, false, 0, r->pending);
	if (push_look(p, &few, e) < 0)
		return -1;
	count_pending(p, r);
	if (p->plan.n == 0 || push_judge(&p->plan, p->present.push.percent, e) < 0)
		return push_judge_stop(e, false, 0, r->pending);
	if (connect_and_send(p, o, r, &why) == 0 || why.kind == ERR_BUSY)
		return push_judge_stop(e, r->calls > 0, r->acked, r->pending);
	*e = why;
	return -1;
}

static int
run(struct push *p, const struct push_options *o, struct push_result *r, struct err *e)
{
	if (push_require_customer(p, o->plan.only, e) < 0 || plan_first(p, o, r, e) < 0)
		return -1;
	if (!o->accepts_mass_change && push_judge(&p->plan, p->present.push.percent, e) < 0)
		return send_safe(p, o, r, e);
	if (o->plan.only.n == 0 && push_moot_note(&p->plan.letters, &p->books, e) < 0)
		return -1;
	if (p->plan.n > 0)
		return connect_and_send(p, o, r, e);
	if (books_keep(&p->books, e) < 0)
		return -1;
	/* Without a call, but a token that cannot be used is told at once. */
	return push_connect_check(p->account, &p->present.push, p->host, e);
}

int
push_run(struct push *p, const struct push_options *o, struct push_result *r, struct err *e)
{
	struct err ignored = ERR_INIT;
	int64_t begun = p->host->ticks(p->host->context);
	int rc;

	*r = (struct push_result){ .snapshot = str_copy(&p->a, p->source.last.id) };
	rc = run(p, o, r, e);
	if (rc == 0)
		rc = check_hold(p, e);
	if (rc == 0 && r->pending + o->plan.only.n == 0)
		rc = push_first_end(&p->books, e);
	if (rc < 0 && e->kind == ERR_INTERRUPTED) {
		err_set(e, ERR_INTERRUPTED, "interrupted: what DailyStory acknowledged is kept");
		err_advise(e, "The next push continues from there.");
	}
	r->us = p->host->ticks(p->host->context) - begun;
	r->acked_total = p->books.acked;
	r->oldest = r->pending > 0 ? push_waits_since(p->account, &p->s, &p->plan) : 0;
	if (tally_letter_count(&p->books, &r->letters, rc < 0 ? &ignored : e) < 0)
		return -1;
	return rc;
}
