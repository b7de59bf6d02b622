/* push.h -- DailyStory is made to agree with the account, as of the last snapshot applied.
 *
 * Driven by what is, not by what happened: wanted less acked is sent, so that an hour that was
 * missed, a restore from a backup or a kill anywhere ends in the same calls.  Delivery is at least
 * once; everything that is sent sets a state and can be repeated.  Source: flowstory-push(7).
 */
#ifndef PUSH_PUSH_H
#define PUSH_PUSH_H

#include <stdbool.h>
#include <stdint.h>

#include "account/terms.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "push/books.h"
#include "push/caller.h"
#include "push/push_plan.h"
#include "push/salvage.h"
#include "push/wanted.h"
#include "state/state.h"

/* What a push and a look at one have open. */
struct push {
	const char *account;
	const struct host *host;
	struct settings present; /* flowstory.json */
	struct terms last;       /* with which the last snapshot was exported */
	struct state s;
	struct books books;
	struct wanted_source source;
	struct push_plan plan;
	struct arena a;
};

struct push_options {
	struct push_plan_options plan;
	const char *expect; /* a plan's hash, or NULL */
	bool accepts_mass_change;
	uint64_t limit; /* items; 0: all */
};

struct push_result {
	struct str snapshot;
	uint64_t calls, retries, acked;
	uint64_t rejected; /* dead letters that it made, or made again, and that there are now */
	uint64_t pending;  /* items of the plan that are not done */
	uint64_t limited;  /* of these, because of the limit */
	uint64_t letters;  /* dead letters there are now */
	uint64_t held;
	uint64_t acked_total; /* ever */
	int64_t oldest;       /* us: since when the oldest pending row waits, at most; or 0 */
	struct str silence;   /* why a row has no answer: the last one's; or empty */
	struct str too_young; /* a snapshot that is younger than 'push_hold': most of it waits */
	bool is_stopped;      /* by the breaker: at most what protects was sent */
	bool is_over_budget;  /* too many rejections ended it */
	bool is_outrun;       /* a newer snapshot than that of the expected plan ended it */
	int64_t us;
};

/*
 * push_open(p, account, writable, host, e):
 * Settings, state and books; ${p} may be closed after any call.
 * Errors: ERR_BUSY another push holds the lock; ERR_FAILED no snapshot is applied, a damaged
 *         journal; ERR_SETTINGS.
 */
int push_open(struct push *p, const char *account, bool writable, const struct host *host,
    struct err *e) ERR_MUST;

/* push_open_damaged(p, account, host, salvage, e): to make the books again; salvage_close goes in
 * front of push_close.  Errors: those of salvage_open. */
int push_open_damaged(struct push *p, const char *account, const struct host *host,
    struct salvage *salvage, struct err *e) ERR_MUST;

/* push_require_customer(p, fh_id, e): it is the id of a customer, or of a contact; or empty.
 * Errors: ERR_USAGE. */
int push_require_customer(struct push *p, struct str fh_id, struct err *e) ERR_MUST;

/* push_look(p, o, e): into p->plan. */
int push_look(struct push *p, const struct push_plan_options *o, struct err *e) ERR_MUST;

/*
 * push_run(p, o, r, e):
 * Plan, judge and send.  ${r} is filled in any case.
 * Errors: ERR_SETTINGS the token; ERR_BREAKER; ERR_DIFFERS another plan than expected; ERR_BUSY
 *         DailyStory did not answer, or asked to wait, or 'push_hold' held rows back for more than
 *         a day; ERR_FAILED.
 */
int push_run(
    struct push *p, const struct push_options *o, struct push_result *r, struct err *e) ERR_MUST;

void push_close(struct push *p);

#endif /* PUSH_PUSH_H */
