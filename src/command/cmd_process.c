#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "account/account.h"
#include "command/command.h"
#include "command/print_outcome.h"
#include "command/cmd_process.h"
#include "command/progress.h"
#include "command/message.h"
#include "account/catch_up.h"
#include "lib/sha256.h"

static const char help[] =
    "Applies every snapshot that is not applied yet, oldest first: diff,\n"
    "profiles, segments, exports. With nothing to apply it does nothing.\n"
    "\n"
    "  --accept-mass-change  go on where the mass-change breaker would stop\n"
    "  --rebuild             forget state/ and apply all snapshots again\n"
    "  --plan                say what the next snapshot would do, and write\n"
    "                        nothing; ends in the plan's hash\n"
    "  --expect HASH         apply the next snapshot, and only as planned\n"
    "  --json                the plan as JSON\n"
    "\n"
    "Exit status: 0 done, 1 failed and nothing changed, 2 usage or settings,\n"
    "3 done with quarantined records, 4 a snapshot was refused, 5 breaker,\n"
    "75 another run holds the lock. With --plan: what applying it would end\n"
    "with.\n";

struct process_options {
	bool accept, rebuild, plan;
	const char *expect;
};

struct processing {
	const struct options *o;
	const struct process_options *request;
	struct arena a;
	struct state s;
	struct pending pending;
	struct catch_up sequence;
	struct progress progress;
	uint64_t quarantined;
	struct err *e;
};

static int
apply_one(struct processing *g, struct str id)
{
	struct outcome outcome;

	if (catch_up_apply(&g->sequence, id, &outcome, g->e) < 0)
		return -1;
	progress_clear(&g->progress);
	print_outcome(g->o, &outcome);
	g->quarantined += outcome.applied.quarantined;
	return 0;
}

/* An expected plan is that of one snapshot. */
static int
apply_all(struct processing *g)
{
	size_t n = g->pending.n;
	int rc = 0;

	if (g->request->expect != NULL && n > 1)
		n = 1;
	progress_begin(&g->progress, g->o, n);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = apply_one(g, g->pending.ids[i]);
		progress_step(&g->progress);
	}
	progress_end(&g->progress);
	if (rc == 0 && n < g->pending.n)
		say(g->o, SAY_INFO, "%zu more pending", g->pending.n - n);
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
find_pending(struct processing *g)
{
	if (account_pending(&g->a, g->o->account, &g->s, &g->pending, g->e) < 0 ||
	    catch_up_begin(&g->sequence, g->e) < 0)
		return -1;
	g->sequence.last_export = g->pending.last_export;
	return 0;
}

static int
process(struct processing *g)
{
	const char *account = g->o->account;

	if (g->request->rebuild && state_forget(account, g->e) < 0)
		return -1;
	if (state_open(&g->s, account, true, g->e) < 0 || find_pending(g) < 0)
		return -1;
	if (g->request->expect != NULL && g->pending.n == 0) {
		err_set(g->e, ERR_DIFFERS, "there is no snapshot to apply");
		return err_advise(g->e, "The plan was applied, or its "
		                        "snapshot is gone.");
	}
	if (apply_all(g) < 0)
		return -1;
	return conclude(g);
}

/* The state for a dry run: the account's, or where there is none, one beside it
 * that goes again. */
static int
open_for_plan(struct processing *g, char **dir)
{
	const char *account = g->o->account;
	int rc = state_open(&g->s, account, false, g->e);

	state_close(&g->s);
	if (rc < 0)
		return -1;
	if (rc > 0)
		return state_open(&g->s, account, true, g->e);
	*dir =
	    file_join(&g->a, account, str_printf(&g->a, ".plan.tmp-%ld%c", (long)getpid(), '\0').p);
	if (dir_make_quick(*dir, g->e) < 0)
		return -1;
	return state_open_quick(&g->s, *dir, g->e);
}

static int
plan(struct processing *g)
{
	char *dir = NULL;
	int rc = open_for_plan(g, &dir);

	if (rc >= 0)
		rc = find_pending(g);
	if (rc == 0 && g->pending.n > 0)
		rc = print_plan(g->o, &g->sequence, &g->pending, g->e);
	else if (rc == 0) {
		if (g->o->json)
			puts("null");
		rc = conclude(g);
	}
	state_close(&g->s);
	if (dir != NULL) {
		struct err ignored = ERR_INIT;

		if (dir_remove(dir, rc < 0 ? &ignored : g->e) < 0)
			rc = -1;
	}
	return rc;
}

static int
serve(const struct options *o, const struct process_options *request, struct err *e)
{
	struct processing g = {
		.o = o,
		.request = request,
		.sequence.pipeline = { .account = o->account,
		    .output = o->account,
		    .jobs = o->jobs,
		    .accept_mass_change = request->accept,
		    .expect = request->expect },
		.e = e,
	};
	int rc;

	g.sequence.s = &g.s;
	g.sequence.pipeline.pages_done = &g.progress.done;
	rc = request->plan ? plan(&g) : process(&g);
	state_close(&g.s);
	catch_up_release(&g.sequence);
	arena_release(&g.a);
	return rc;
}

int
cmd_process_account(const struct options *o, bool accept, bool rebuild, struct err *e)
{
	struct process_options request = { .accept = accept, .rebuild = rebuild };

	return serve(o, &request, e);
}

static bool
is_hash(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]) &&
		    (ascii_lower(s.p[i]) < 'a' || ascii_lower(s.p[i]) > 'f'))
			return false;
	return s.n == SHA256_HEX;
}

static int
check_request(const struct process_options *r, struct err *e)
{
	if (r->plan + r->rebuild + (r->expect != NULL) > 1)
		return err_set(e, ERR_USAGE, "--plan, --expect and --rebuild exclude each other");
	if (r->expect == NULL || is_hash(str_c(r->expect)))
		return 0;
	err_set(e, ERR_USAGE, "--expect takes a plan's hash, not '%s'", r->expect);
	return err_advise(e, "'flowstory process --plan' ends with it.");
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	struct process_options r = { 0 };
	const struct arg own[] = {
		{ "--accept-mass-change", NULL, &r.accept, NULL },
		{ "--rebuild", NULL, &r.rebuild, NULL },
		{ "--plan", NULL, &r.plan, NULL },
		{ "--expect", NULL, NULL, &r.expect },
		{ "--json", NULL, &o.json, NULL },
	};
	struct lock lock;
	int rc = command_args("process", own, 5, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(e, ERR_USAGE, "process takes no '%s'", argv[1]);
	if (check_request(&r, e) < 0 || account_lock(&lock, o.account, "flowstory process", e) < 0)
		return -1;
	rc = serve(&o, &r, e);
	lock_release(&lock);
	return rc;
}

const struct command cmd_process = {
	.name = "process",
	.synopsis = "[--accept-mass-change] [--rebuild | --plan [--json] | "
	            "--expect HASH]",
	.summary = "apply every snapshot not applied yet",
	.help = help,
	.run = run,
};
