#include <stdio.h>

#include "base/arena.h"
#include "command/account.h"
#include "command/command.h"
#include "command/pipeline.h"
#include "command/policy.h"
#include "command/process.h"
#include "command/progress.h"
#include "command/say.h"
#include "ledger/delta.h"

static const char help[] =
    "Applies every snapshot that is not applied yet, oldest first: diff,\n"
    "profiles, segments, exports. With nothing to apply it does nothing.\n"
    "\n"
    "  --accept-mass-change  go on where the mass-change breaker would stop\n"
    "  --rebuild             forget state/ and apply all snapshots again\n"
    "\n"
    "Exit status: 0 done, 1 failed and nothing changed, 2 usage or settings,\n"
    "3 done with quarantined records, 4 a snapshot was refused, 5 breaker,\n"
    "75 another run holds the lock.\n";

struct processing {
	const struct options *o;
	struct arena a;
	struct state s;
	struct pending pending;
	struct policy present;
	struct policy last;  /* of the snapshot applied last in this run */
	bool has_last;
	struct pipeline pipeline;
	struct progress progress;
	uint64_t quarantined, replaced;
	struct err *e;
};

static void
report(const struct processing *g, const struct outcome *x)
{
	const uint64_t *c = x->applied.customers, *o = x->applied.orders;

	say(g->o, SAY_INFO,
	    "%.*s: customers +%llu ~%llu -%llu, orders +%llu ~%llu -%llu, "
	    "%llu contacts and %llu events written",
	    STR_ARG(x->applied.id), (unsigned long long)c[OP_ADDED],
	    (unsigned long long)c[OP_CHANGED],
	    (unsigned long long)c[OP_REMOVED], (unsigned long long)o[OP_ADDED],
	    (unsigned long long)o[OP_CHANGED],
	    (unsigned long long)o[OP_REMOVED],
	    (unsigned long long)x->contacts, (unsigned long long)x->events);
	if (x->applied.quarantined > 0)
		say(g->o, SAY_WARNING,
		    "%.*s: %llu records are quarantined, see "
		    "exports/%.*s/quarantine.jsonl",
		    STR_ARG(x->applied.id),
		    (unsigned long long)x->applied.quarantined,
		    STR_ARG(x->applied.id));
	if (x->was_replaced)
		say(g->o, SAY_WARNING,
		    "%.*s: its export was another before and was replaced",
		    STR_ARG(x->applied.id));
}

/* The policy for a snapshot: recorded, carried on, or the account's present one. */
static int
choose(struct processing *g, struct str id, struct policy *recorded,
    const struct policy **out)
{
	const struct policy *last = g->has_last ? &g->last : NULL;
	int rc = policy_recorded(
	    recorded, g->pipeline.account, id, &g->present, last, g->e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		*out = recorded;
	else if (last != NULL && str_cmp(id, g->pending.last_export) < 0)
		*out = last;
	else
		*out = &g->present;
	return 0;
}

static int
advise(struct processing *g, struct str id)
{
	err_wrap(g->e, "snapshot %.*s is refused", STR_ARG(id));
	if (g->e->advice[0] == '\0')
		err_advise(g->e,
		    "Nothing of it was applied. Restore it from a backup or "
		    "move snapshots/%.*s away, then run 'flowstory process' "
		    "again.",
		    STR_ARG(id));
	return -1;
}

static int
apply_one(struct processing *g, struct str id)
{
	struct policy recorded = { 0 };
	const struct policy *policy = NULL;
	struct outcome outcome;
	int rc = choose(g, id, &recorded, &policy);

	if (rc == 0)
		rc = pipeline_apply(
		    &g->pipeline, &g->s, id, policy, &outcome, g->e);
	if (rc < 0 && (g->e->kind == ERR_DAMAGED || g->e->kind == ERR_BREAKER))
		rc = advise(g, id);
	if (rc == 0) {
		progress_clear(&g->progress);
		report(g, &outcome);
		g->quarantined += outcome.applied.quarantined;
		g->replaced += outcome.was_replaced;
	}
	if (rc == 0 && policy == &recorded) {
		policy_release(&g->last);
		g->last = recorded;
		g->has_last = true;
	} else {
		policy_release(&recorded);
	}
	return rc;
}

static int
apply_all(struct processing *g)
{
	int rc = 0;

	progress_begin(&g->progress, g->o, g->pending.n);
	for (size_t i = 0; rc == 0 && i < g->pending.n; i++) {
		rc = apply_one(g, g->pending.ids[i]);
		progress_step(&g->progress);
	}
	progress_end(&g->progress);
	return rc;
}

/* Returns the exit status, or -1. */
static int
conclude(struct processing *g)
{
	for (size_t i = 0; i < g->pending.late_n; i++)
		say(g->o, SAY_WARNING,
		    "snapshot %.*s is older than the last one applied and was "
		    "refused; 'flowstory process --rebuild' takes it in",
		    STR_ARG(g->pending.late[i]));
	if (g->pending.n == 0 && g->pending.late_n == 0)
		say(g->o, SAY_INFO, "nothing to apply");
	if (g->pending.late_n > 0)
		return STATUS_REFUSED;
	return g->quarantined > 0 ? STATUS_QUARANTINED : STATUS_DONE;
}

static int
process(struct processing *g, bool rebuild)
{
	const char *account = g->o->account;

	if (policy_present(&g->present, account, g->e) < 0)
		return -1;
	if (rebuild && state_forget(account, g->e) < 0)
		return -1;
	if (state_open(&g->s, account, true, g->e) < 0 ||
	    account_pending(&g->a, account, &g->s, &g->pending, g->e) < 0 ||
	    apply_all(g) < 0)
		return -1;
	return conclude(g);
}

int
process_account(const struct options *o, bool accept, bool rebuild,
    struct err *e)
{
	struct processing g = {
		.o = o,
		.pipeline = { .account = o->account,
		    .output = o->account,
		    .jobs = o->jobs,
		    .accept_mass_change = accept },
		.e = e,
	};
	int rc;

	g.pipeline.pages_done = &g.progress.done;
	rc = process(&g, rebuild);
	state_close(&g.s);
	policy_release(&g.present);
	policy_release(&g.last);
	arena_release(&g.a);
	return rc;
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	bool accept = false, rebuild = false;
	const struct arg own[] = {
		{ "--accept-mass-change", NULL, &accept, NULL },
		{ "--rebuild", NULL, &rebuild, NULL },
	};
	struct file_lock lock;
	int rc = command_args("process", own, 2, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(
		    e, ERR_USAGE, "process takes no '%s'", argv[1]);
	if (account_lock(&lock, o.account, "flowstory process", e) < 0)
		return -1;
	rc = process_account(&o, accept, rebuild, e);
	file_unlock(&lock);
	return rc;
}

const struct command command_process = {
	.name = "process",
	.synopsis = "[--accept-mass-change] [--rebuild]",
	.summary = "apply every snapshot not applied yet",
	.help = help,
	.run = run,
};
